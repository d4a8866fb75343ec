const specs = JSON.parse(document.getElementById("charts").textContent);
const options = { renderer: "svg", actions: false, tooltip: { theme: "custom" }, loader: { target: "_blank" } };
for (const [id, spec] of Object.entries(specs)) {
  vegaEmbed(`#${id}`, spec, options).catch((error) => {
    document.getElementById(id).textContent = `This chart could not be drawn: ${error.message}`;
  });
}
