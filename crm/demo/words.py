"""What the demo's firms, places and jobs are called."""

from typing import NamedTuple

from mimesis import Locale

# A made-up firm's name: stem + ending + line of business + legal form.
STEMS = (
    "Aldr", "Bexm", "Corv", "Dunm", "Elsv", "Furv", "Grend", "Halm", "Ilv", "Jorv",
    "Kesk", "Lorm", "Mestr", "Norv", "Ostr", "Palv", "Quorn", "Rostr", "Selw", "Thorv",
    "Ulmb", "Vestr", "Wend", "Yarv", "Zelm", "Brav", "Calst", "Drovn", "Fjelm", "Glav",
    "Hestr", "Kalv", "Lundr", "Murv", "Nelk", "Orv", "Pravn", "Rild", "Skarv", "Tolv",
)  # fmt: skip
ENDINGS = (
    "ane", "aro", "brook", "by", "ena", "enta", "holm", "ett", "ington", "ira",
    "ison", "mark", "ora", "ost", "stead", "ta", "um", "ville", "wick", "worth",
)  # fmt: skip
INDUSTRIES = {
    "Manufacturing": ("Castings", "Precision Parts", "Tooling", "Packaging"),
    "Logistics": ("Freight", "Cold Chain", "Parcel Services", "Warehousing"),
    "Healthcare": ("Clinics", "Dental Labs", "Care Homes"),
    "Software": ("Systems", "Data Works", "Interactive"),
    "Retail": ("Outfitters", "Garden Centres", "Food Halls"),
    "Construction": ("Builders", "Roofing", "Interiors"),
    "Education": ("Academy", "Language School"),
    "Financial Services": ("Insurance Brokers", "Leasing"),
    "Hospitality": ("Hotels", "Catering"),
    "Energy": ("Solar", "Heat Networks"),
    "Agriculture": ("Orchards", "Seeds", "Dairies"),
    "Professional Services": ("Consulting", "Surveyors", "Translations"),
}
LINES = tuple((line, industry) for industry, lines in INDUSTRIES.items() for line in lines)
#: what the firms do that we buy from
SUPPLIER_LINES = ("Electronics", "Paper Works", "Plastics", "Wireless", "Instruments")
FIRMS = len(STEMS) * len(ENDINGS) * len(LINES)


class Country(NamedTuple):
    """Where people live: names and streets by ``locale``, numbers nobody has by ``phone``.

    ``#`` in a phone number or a postal code is any digit.
    """

    name: str
    locale: Locale
    weight: int
    legal_forms: tuple[str, ...]
    phone: str
    cities: tuple[tuple[str, str, str], ...]


#: 555-01##, 1632 960###, 23125 ### and 1 99 00 are kept for fiction; 000 can't be dialled.
COUNTRIES = (
    Country(
        "United States", Locale.EN, 44, ("Inc.", "LLC", "Co."), "+1 $$$ 555 01##",
        (
            ("Portland", "Oregon", "972##"), ("Columbus", "Ohio", "432##"),
            ("Richmond", "Virginia", "232##"), ("Boise", "Idaho", "837##"),
            ("Madison", "Wisconsin", "537##"), ("Tucson", "Arizona", "857##"),
            ("Albany", "New York", "122##"), ("Raleigh", "North Carolina", "276##"),
            ("Denver", "Colorado", "802##"), ("Austin", "Texas", "787##"),
        ),
    ),
    Country(
        "United Kingdom", Locale.EN_GB, 16, ("Ltd", "plc"), "+44 1632 960###",
        (
            ("Leeds", "England", "LS# #AB"), ("Bristol", "England", "BS# #QT"),
            ("Cardiff", "Wales", "CF# #HN"), ("Dundee", "Scotland", "DD# #JP"),
            ("Norwich", "England", "NR# #LD"),
        ),
    ),
    Country(
        "Germany", Locale.DE, 16, ("GmbH", "AG", "KG"), "+49 30 23125 ###",
        (
            ("Bremen", "Bremen", "281##"), ("Leipzig", "Sachsen", "041##"),
            ("Münster", "Nordrhein-Westfalen", "481##"), ("Ulm", "Baden-Württemberg", "890##"),
            ("Nürnberg", "Bayern", "904##"), ("Kiel", "Schleswig-Holstein", "241##"),
        ),
    ),
    Country(
        "France", Locale.FR, 10, ("SARL", "SAS"), "+33 1 99 00 ## ##",
        (
            ("Rennes", "Bretagne", "350##"), ("Nîmes", "Occitanie", "300##"),
            ("Lyon", "Auvergne-Rhône-Alpes", "6900#"), ("Orléans", "Centre-Val de Loire", "450##"),
        ),
    ),
    Country(
        "Netherlands", Locale.NL, 8, ("B.V.",), "+31 20 000 ####",
        (
            ("Utrecht", "Utrecht", "35## KL"), ("Breda", "Noord-Brabant", "48## VT"),
            ("Zwolle", "Overijssel", "80## GM"), ("Leiden", "Zuid-Holland", "23## PC"),
        ),
    ),
    Country(
        "Portugal", Locale.PT, 6, ("Lda.",), "+351 21 000 ####",
        (
            ("Braga", "Braga", "47##-###"), ("Coimbra", "Coimbra", "30##-###"),
            ("Évora", "Évora", "70##-###"),
        ),
    ),
)  # fmt: skip
AREA_CODES = {
    "Portland": 503, "Columbus": 614, "Richmond": 804, "Boise": 208, "Madison": 608,
    "Tucson": 520, "Albany": 518, "Raleigh": 919, "Denver": 303, "Austin": 512,
}  # fmt: skip

#: job title and the department it belongs to
JOBS = (
    ("Managing Director", "Management"),
    ("Operations Manager", "Operations"),
    ("Warehouse Manager", "Logistics"),
    ("Head of Logistics", "Logistics"),
    ("Shift Supervisor", "Logistics"),
    ("Head of Purchasing", "Purchasing"),
    ("Buyer", "Purchasing"),
    ("IT Manager", "IT"),
    ("Systems Administrator", "IT"),
    ("Finance Director", "Finance"),
    ("Accountant", "Finance"),
    ("Quality Manager", "Quality"),
    ("Plant Manager", "Production"),
    ("Store Manager", "Sales"),
    ("Office Manager", "Administration"),
)
PAYMENT_TERMS = ("Net 14", "Net 30", "Net 45", "Net 60", "2% 10, net 30")
PAYMENT_METHODS = ("bank_transfer", "credit_card", "direct_debit", "paypal", "cheque")
CUSTOMER_TAGS = ("key account", "monthly invoice", "framework contract", "fast payer", "reseller")

#: category, name, unit, price, how much of the price it costs us
PRODUCTS = (
    ("Scanners", "Pocket barcode scanner", "unit", 149, 0.58),
    ("Scanners", "Long-range barcode scanner", "unit", 389, 0.61),
    ("Scanners", "Ring scanner for gloves", "unit", 459, 0.6),
    ("Scanners", "Rugged handheld computer", "unit", 899, 0.66),
    ("Scanners", "Vehicle-mounted terminal", "unit", 1290, 0.64),
    ("Printers", "Desktop label printer", "unit", 279, 0.6),
    ("Printers", "Industrial label printer", "unit", 1180, 0.63),
    ("Printers", "Mobile belt printer", "unit", 520, 0.62),
    ("Labels", "Thermal labels 100x150, roll of 500", "roll", 11.9, 0.42),
    ("Labels", "Thermal labels 57x32, roll of 2,000", "roll", 9.45, 0.4),
    ("Labels", "Freezer labels, roll of 1,000", "roll", 24.8, 0.45),
    ("Labels", "Magnetic shelf labels, pack of 100", "pack", 64.5, 0.48),
    ("Labels", "Rack location signs, set of 50", "set", 118, 0.5),
    ("Software", "Stock software, one site, per month", "month", 189, 0.12),
    ("Software", "Stock software, further site, per month", "month", 95, 0.12),
    ("Software", "Picking module, per user and month", "user", 19.5, 0.1),
    ("Software", "Interface to bookkeeping, per month", "month", 45, 0.15),
    ("Software", "Counting app, per device and month", "device", 12, 0.1),
    ("Services", "On-site installation", "day", 960, 0.55),
    ("Services", "Training for warehouse staff", "day", 840, 0.5),
    ("Services", "Data migration", "hour", 118, 0.5),
    ("Services", "Yearly maintenance visit", "visit", 420, 0.52),
    ("Services", "Express replacement service", "year", 230, 0.35),
    ("Accessories", "Charging cradle, four slots", "unit", 135, 0.5),
    ("Accessories", "Spare battery", "unit", 38.5, 0.45),
    ("Accessories", "Protective boot", "unit", 21.9, 0.4),
    ("Accessories", "Belt holster", "unit", 17.5, 0.38),
    ("Accessories", "Print head, 203 dpi", "unit", 164, 0.56),
    ("Accessories", "Wireless access point for halls", "unit", 312, 0.6),
    ("Accessories", "Stylus, pack of five", "pack", 14.9, 0.35),
)
EDITIONS = (
    "", "Basic", "Plus", "Pro", "Premium", "Series 2", "Series 3", "partner edition",
)  # fmt: skip
