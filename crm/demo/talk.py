"""What colleagues plan, say and write day by day: ``{name}`` is what it is about."""

#: titles of tasks with what there is to do
TASKS = (
    ("Call back about {name}", "They asked for a call; have the last offer at hand."),
    ("Prepare the offer for {name}", "Two variants: buying and renting. Show the yearly cost."),
    ("Check delivery dates for {name}", "Ask the supplier and write the dates into the record."),
    ("Send trial devices to {name}", "Five scanners with cradles, return label included."),
    ("Update the details of {name}", "Phone and address changed, see their signature."),
    ("Remind {name} of the open question", "No answer since last week; a friendly short mail."),
    ("Plan the training for {name}", "Half a day per shift, at most eight people at a time."),
    ("Ask {name} for a reference", "They were happy with the start; ask for two sentences."),
    ("Go through the contract of {name}", "It renews itself in two months; check the prices."),
    ("Write the summary for {name}", "One page for the management, with the open points."),
)
TASKS_ON = {
    "ticket": (
        ("Call back: {name}", "They wait for news; read the ticket first."),
        ("Test at our desk: {name}", "Same device, same settings; write down what you see."),
        ("Send a replacement: {name}", "Express, with a return label for the old part."),
    )
}
TASK_NOTES = (
    "Best reached in the morning.",
    "Talk to support first, there was a ticket.",
    "Numbers are in the attached document.",
    "",
    "",
)
#: titles of meetings with their purpose
MEETINGS = (
    ("First meeting: {name}", "Get to know each other and what they need."),
    ("Demonstration for {name}", "Show receiving and picking with their own articles."),
    ("Site visit: {name}", "Walk through the hall, measure the wireless network."),
    ("Negotiation: {name}", "Prices, payment plan and delivery date."),
    ("Kick-off: {name}", "Who does what until the start, and by when."),
    ("Quarterly review: {name}", "What went well, open tickets, plans for the next quarter."),
)
MEETINGS_ON = {
    "ticket": (
        ("Remote session: {name}", "Look at the settings together."),
        ("Visit of the engineer: {name}", "Find the cause on site and bring spare parts."),
    )
}
PLACES = ("Our office, room Elm", "Customer's site", "Logistics fair, hall 4", "Station café")
MEETING_NOTES = (
    "Everybody came; the mood was good and the questions were concrete.",
    "They showed us the returns area, which is the real bottleneck.",
    "IT joined for the last half hour and wants the interface described in writing.",
    "They liked the counting app most.",
)
MEETING_OUTCOMES = (
    "We send an offer by the end of the week.",
    "They test five devices for four weeks.",
    "Decision after the board meeting.",
    "Next appointment agreed.",
    "They need to clear the budget first.",
)
#: subjects of calls
CALLS = (
    "Question about the offer: {name}",
    "Introduction: {name}",
    "Follow-up: {name}",
    "Delivery date: {name}",
    "Renewal of the contract: {name}",
    "Help with the first start: {name}",
    "Payment reminder: {name}",
)
CALLS_ON = {"ticket": ("Call back: {name}", "Instructions by phone: {name}")}
CALL_NOTES = (
    "Wants the offer split into two parts so that it stays below the approval limit.",
    "Very friendly; the decision was put off by two weeks because of holidays.",
    "Asked about battery life in the cold. Promised the test report.",
    "Had tried the trial device and would keep it right away.",
    "Is unsure about the monthly price; explained what is included.",
    "Needs the delivery before the stocktaking and would take a partial one.",
)
CALL_OUTCOMES = ("Interested", "Call again", "Offer wanted", "Question answered", "Not interested")
#: kind of activity: titles and descriptions
ACTIVITIES = {
    "note": (
        ("Note on {name}", "They move into the new hall in spring; ask again before."),
        ("Worth knowing about {name}", "Framework contract with a competitor ends in autumn."),
        ("Note on {name}", "Accounts says payments come on the dot."),
        ("Internal: {name}", "Don't offer the desktop printer, they had trouble with it."),
    ),
    "call": (
        ("Call about {name}", "Spoke for ten minutes; they will decide next week."),
        ("Rang about {name}", "Nobody there, left a message with reception."),
    ),
    "email": (
        ("Mail sent: {name}", "Offer and data sheet sent."),
        ("Mail received: {name}", "They thank us and ask for references nearby."),
    ),
    "meeting": (
        ("Met about {name}", "Walked through the hall together; report is filed."),
        ("Video call about {name}", "Showed the software with their own articles."),
    ),
    "task": (
        ("Task done: {name}", "Trial devices are on their way."),
        ("Task done: {name}", "Prices checked with the supplier."),
    ),
    "deal_update": (
        ("Moved forward: {name}", "The budget is confirmed, the offer is being compared."),
        ("Amount changed: {name}", "Second site added to the offer."),
    ),
    "status_change": (
        ("Status changed: {name}", "After the last talk."),
        ("Status changed: {name}", "No answer for three weeks."),
    ),
    "other": (
        ("Sent samples: {name}", "Ten labels of each kind for the freezer."),
        ("Card for the anniversary: {name}", "Signed by everybody in the team."),
    ),
}
#: subjects of mails with what they say
MAILS = (
    ("Your offer: {name}", "thank you for the talk. Our offer is attached and holds for 30 days."),
    ("Our appointment", "I confirm our appointment and will bring two devices to try out."),
    ("Question about {name}", "could you tell me who looks after your wireless network?"),
    (
        "Delivery of your order",
        "your devices left our stock today and should reach you within two days.",
    ),
    ("Follow-up: {name}", "have you had time to look at our offer? I am glad to answer questions."),
    (
        "Training dates",
        "we can offer you Tuesday or Thursday next week, half a day for each shift.",
    ),
)
MAILS_ON = {
    "ticket": (
        ("Your request: {name}", "we found the cause and send you a replacement today."),
        ("Your request: {name}", "could you send us a photo of the type plate, please?"),
        ("Your request: {name}", "is everything all right since our call?"),
    ),
    "invoice": (
        ("Invoice {name}", "you find the invoice for your last order attached."),
        ("Reminder: invoice {name}", "perhaps it slipped your attention: it is still open."),
    ),
}
MAIL_ENDINGS = (
    "If anything is unclear, simply call me.",
    "I look forward to your answer.",
    "Have a good week.",
)
MAIL_ERRORS = {
    "failed": "451 4.3.0 The mail server did not answer; given up after 5 attempts.",
    "bounced": "550 5.1.1 There is no such mailbox.",
    "complained": "The recipient marked this message as unwanted.",
}
#: file name, kind, title, folder
FILES = (
    ("offer-{number}.pdf", "application/pdf", "Offer {number} for {name}", "offers"),
    ("contract-{number}.pdf", "application/pdf", "Contract with {name}", "contracts"),
    ("site-plan-{number}.png", "image/png", "Site plan of {name}", "plans"),
    ("article-list-{number}.csv", "text/csv", "Article list of {name}", "imports"),
    ("visit-report-{number}.txt", "text/plain", "Report of the visit: {name}", "documents"),
    (
        "calculation-{number}.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "Calculation for {name}",
        "documents",
    ),
    ("photo-{number}.jpg", "image/jpeg", "Photo: {name}", "photos"),
)

#: name, category, subject and text of what mails are written from
TEMPLATES = (
    ("Welcome", "First contact", "Welcome, {{ first_name }}",
     "Hello {{ first_name }},\n\nthank you for your interest. May I call you this week?"),
    ("After our call", "Follow-up", "Our call, {{ first_name }}",
     "Hello {{ first_name }},\n\nas promised, here is what we talked about."),
    ("Offer", "Sales", "Your offer",
     "Hello {{ contact.first_name }},\n\nplease find our offer for {{ deal_name }} attached."),
    ("Invoice reminder", "Accounting", "Invoice {{ invoice_number }}",
     "Hello,\n\nhas invoice {{ invoice_number }} escaped your notice? A short word is enough."),
    ("Ticket solved", "Support", "{{ ticket_number }}: {{ subject }}",
     "Hello,\n\nwe believe that {{ ticket_number }} is solved. Tell us if it is not."),
)  # fmt: skip
