const specs = JSON.parse(document.getElementById("charts").textContent);
const options = { renderer: "svg", actions: false, tooltip: { theme: "custom" }, loader: { target: "_blank" } };
for (const [id, spec] of Object.entries(specs)) {
  // how many columns a legend has follows from the width, which is known once it is drawn: without
  // this its last lines are cut off
  vegaEmbed(`#${id}`, spec, options).then(({ view }) => view.resize().runAsync()).catch((error) => {
    document.getElementById(id).textContent = `This chart could not be drawn: ${error.message}`;
  });
}
