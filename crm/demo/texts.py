"""What people write about firms, sales and deliveries. ``{firm}`` and the like are put in."""

FIRMS = (
    "{firm} runs two halls and a small shop for its own staff.",
    "{firm} grew out of a family business and now ships to four countries.",
    "{firm} took over a competitor last year and is merging the two stocks.",
    "At {firm} most of the work is done by hand; lists are kept on paper.",
    "{firm} has a modern warehouse and an ageing fleet of scanners.",
    "{firm} rents most of its space and moves every few years.",
    "{firm} works in three shifts, so nothing may stand still for long.",
)
INTERESTS = (
    "They want to know what is on the shelves without counting every weekend.",
    "Above all they look for scanners that survive a fall on concrete.",
    "Their labels come off in the cold store, which costs them returns.",
    "They would like to book goods in and out without a desk in between.",
    "Picking errors are the reason they talk to us: about one parcel in eighty.",
    "The old stock program is no longer looked after by its maker.",
    "They pay for printing by the page and want to print labels themselves.",
    "A second site opens soon and should work the same way from the first day.",
)
CONSTRAINTS = (
    "The budget is approved, the decision lies with the managing director.",
    "They compare three offers and decide after the stocktaking.",
    "The wireless network in the hall has to be looked at first.",
    "Nothing may be changed during the Christmas season.",
    "The works council wants to see how long data about persons are kept.",
    "IT insists on an interface to the bookkeeping.",
    "They would rather rent than buy if the monthly price is right.",
    "A trial with five devices for four weeks would convince them.",
    "Training has to be possible in two languages.",
)
ENQUIRIES = (
    "Filled in the form on our price page and asked for a call back in the morning.",
    "Met us at the logistics fair and took the brochure about ring scanners.",
    "Was recommended to us by a customer from the same industry.",
    "Downloaded the guide to stocktaking and answered the follow-up mail.",
    "Asked in the chat whether our software works without a connection in the freezer.",
    "Rang because a device of another make broke and the repair takes six weeks.",
    "Watched the webinar about labels to the end and asked two questions.",
)
PERSONS = (
    "Prefers to be called before ten.",
    "Decides quickly when the numbers are on one page.",
    "Knows the warehouse inside out; ask here before promising dates.",
    "Answers mails in the evening, is hard to reach by phone.",
    "Was with another customer of ours before and recommended us.",
    "Needs every offer as a PDF with the order number in the subject.",
)
BUYERS = (
    "Orders by framework contract, call-offs by mail.",
    "Wants deliveries before noon at gate 3.",
    "Pays early and takes the discount.",
    "Invoices go to the accounts department only.",
    "Credit limit raised after the last yearly review.",
)
SUPPLIERS = (
    "Delivers within five working days; small quantities cost extra.",
    "Good quality, slow with complaints.",
    "Second source for labels if the first can't deliver.",
    "Prices are fixed until the end of the year.",
    "Ships from bond; ask for the customs papers with the order.",
)
PROJECTS = (
    "scanner rollout",
    "label printer renewal",
    "stock software, first site",
    "stock software, second site",
    "cold store labels",
    "yearly stocktaking",
    "picking by ring scanner",
    "maintenance contract",
    "wireless network in the hall",
    "returns desk",
    "replacement of handhelds",
    "interface to bookkeeping",
)
NEEDS = (
    "{firm} wants one supplier for the whole project: {project}.",
    "{person} asked for an offer after our visit. Subject: {project}.",
    "The {project} is part of a larger reorganisation at {firm}.",
    "{person} has to present the project to the management next month: {project}.",
)
NEXT_STEPS = (
    "Send {person} the revised offer.",
    "Agree with {person} on a date for the visit.",
    "Ask {person} who signs.",
    "Send two trial devices and call a week later.",
    "Get the network survey from our engineer.",
    "Clear the payment plan with accounts.",
    "Wait for the budget meeting, then ring {person}.",
)
LOSSES = (
    "Price: a competitor was 12 % below us",
    "No budget this year",
    "Stayed with the present supplier",
    "Project was stopped by the management",
    "We could not deliver in time",
    "No answer after three reminders",
    "A function was missing: batch numbers",
)
PRODUCT_LINES = (
    "Proven in daily use by warehouses of every size.",
    "In stock, usually sent on the same day.",
    "Works with all our other products out of the box.",
    "Can be rented by the month as well.",
)
DELIVERY_NOTES = (
    "Please announce the delivery by phone.",
    "Gate 3, mornings only.",
    "Deliver everything together, no partial deliveries.",
    "Engrave the devices with the inventory numbers of the list sent by mail.",
    "Leave with reception if the hall is closed.",
)
INVOICE_NOTES = (
    "Thank you for your order.",
    "Please quote the invoice number with your payment.",
    "Your purchase order number is on the delivery note.",
    "The service period is the calendar month of the invoice.",
)
