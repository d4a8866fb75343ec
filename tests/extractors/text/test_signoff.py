"""Closing matter, and last paragraphs that only sound like it."""

from __future__ import annotations

import pytest

from extractors.text.signoff import find_related, name_rule, split_agency

CLOSING = """
By subscribing, you can help us get the story right.
Subscribe to our newsletter
Subscribe now for unlimited access to The Gulf Daily.
Sign up for our daily briefing and get the news in your inbox.
Support our journalism
Please consider supporting independent journalism with a donation to us.
Donate today
If you value our reporting, please consider becoming a member.
Follow us on Twitter and Facebook.
Follow @gulfdaily on Twitter
Follow Gulf Daily on Telegram
Download our app
Download the Gulf Daily app for Android and iOS.
Read more: Mayor opens tram line
READ ALSO: Mayor opens tram line
Also read | Mayor opens tram line
Related: Mayor opens tram line
© 2019 AFP
©2019 AFP
(c) 2019 Reuters
Copyright 2019 The Gulf Daily. All rights reserved.
All rights reserved. This material may not be published, broadcast, rewritten or redistributed.
This story has not been edited by Gulf Daily staff and is auto-generated from a syndicated feed.
(This story has not been edited by Gulf Daily staff and is auto-generated from a syndicated feed.)
Except for the headline, this story has not been edited and is from a syndicated feed.
(With inputs from agencies)
(With inputs from PTI)
With input from Reuters
-- Reuters
AP
AFP
(AFP)
dpa/AFP
Source: Xinhua
Our Standards: The Thomson Reuters Trust Principles.
PTI AKJ ABC
###
-30-
ENDS
END
Jetzt abonnieren
Lesen Sie auch: Neue Linie
Abonnez-vous à notre newsletter
Lire aussi : Le tram
Suscríbete a nuestro boletín
Leia também: O bonde
Подписывайтесь на наш канал в Telegram
© RIPRODUZIONE RISERVATA
This article was originally published on The Conversation.
The post Mayor opens tram line appeared first on Gulf Daily.
This is a developing story. Please check back for updates.
Tags: tram, riga
Get the latest news delivered to your inbox.
Become a subscriber
Your support makes our journalism possible.
We rely on our readers to fund our journalism. Please support us.
Like what you read? Subscribe to our newsletter.
For more news, visit our website.
Contact the author at ana@example.org
To contact the reporter on this story: Ana Ruiz in Lima at aruiz@example.org
Stay up to date with the latest news. Join our WhatsApp channel.
Click here to read more
Help us keep our news free: make a donation.
Disclaimer: The views expressed are the author's own.
(Agencies)
- ANI
Kyodo News
https://example.org/x
You can support our work by becoming a member.
Have a tip? Email us at tips@example.org
版权所有 新华社
(编辑：张三)
Share this article
Enjoying our coverage? Sign up here.
"""
REPORT = """
Users who subscribe to the premium tier will pay more from May.
"Subscribe now," the advertisement said.
The company said subscribers can sign up for the new plan from Monday.
If you subscribe to Streamly, you will pay two euros more from Monday.
He asked the crowd to follow him to the square.
The city will support journalism with a new fund, the mayor said.
Reporters Without Borders said journalism is more crucial than ever.
“Support us,” she told the crowd.
Follow the money, and it leads to Riga.
The mayor has 3 million followers on Twitter.
We will see what happens in June.
She joined the paper as a reporter in 1998.
Copyright law is to be changed next year.
Read the room, and you will know what to say.
Support for the mayor has fallen since May.
The app can be downloaded from Monday.
Our lives have changed, and so has the city.
The end of the tram is near.
Related companies will pay the tax, too.
You can take the tram from Monday.
Get ready for the rain, which will come on Monday.
Donations to the party rose by half last year.
Watch out for ice on the roads.
The source of the fire is not known.
To read the law is to understand it.
Keep in mind that members of the council vote on Monday.
Do you remember the tram of 1998? Our grandparents did.
Start your day with a walk in our parks.
More from the mayor will follow on Monday.
Visit the museum before it closes on Monday.
"""


@pytest.mark.parametrize("paragraph", CLOSING.strip().splitlines())
def test_closing_matter(paragraph: str) -> None:
    assert name_rule(paragraph)


@pytest.mark.parametrize("paragraph", REPORT.strip().splitlines())
def test_sentences_of_a_report(paragraph: str) -> None:
    assert name_rule(paragraph) is None


def test_a_pitch_counts_above_a_plea_only() -> None:
    pitch = "At a time of rumours, independent journalism matters more than ever before."
    assert name_rule(pitch) is None
    assert name_rule(pitch, above_plea=True) == "plea"
    assert name_rule(f"“{pitch}” the minister said.", above_plea=True) is None


@pytest.mark.parametrize(
    ("paragraph", "mark"),
    [
        ("It will open in June. (AFP)", "(AFP)"),
        ("It opens. -- Reuters", "-- Reuters"),
        ("It opens. — Bernama", "— Bernama"),
        ("Abrirá en junio. EFE", "EFE"),
        ("“Yes.” © 2019 AFP", "© 2019 AFP"),
        ("It opens. PTI AKJ ABC", "PTI AKJ ABC"),
    ],
)
def test_a_mark_glued_to_the_last_sentence(paragraph: str, mark: str) -> None:
    found = split_agency(paragraph)
    assert found is not None
    assert found[1] == mark
    assert f"{found[0]} {mark}" == paragraph


@pytest.mark.parametrize(
    "paragraph", ["The agency is called Reuters", "She works for the AFP.", "It opens (in June)."]
)
def test_last_sentences_without_a_mark(paragraph: str) -> None:
    assert split_agency(paragraph) is None


def test_titles_under_a_heading() -> None:
    body = ("The tram opens in June.", "It will be free.")
    assert find_related((*body, "Related stories", "Bus line closes", "Mayor wins again")) == 2
    assert find_related((*body, "Related stories", "The bus line closes.")) is None
    assert find_related(body) is None
