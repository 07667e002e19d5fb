"""The invented schools' own objectives, written for this demo, and their scales.

Each strand has ten lines. A line with braces takes the word of the year group in its place, so that the seven stages
differ as a school's would: the first is for Reception, the last for Year 6.
"""

from dataclasses import dataclass

STAGES = ("Reception", "Year 1", "Year 2", "Year 3", "Year 4", "Year 5", "Year 6")


@dataclass(frozen=True)
class Line:
    """One objective: its wording, what the braces stand for in each stage, and whether it is a key one."""

    wording: str
    by_stage: tuple[str, ...] = ()
    is_key: bool = False

    def for_stage(self, stage: int) -> str:
        """The wording at one stage (0 is Reception)."""
        return self.wording.format(self.by_stage[stage]) if self.by_stage else self.wording


@dataclass(frozen=True)
class StrandWords:
    """A strand: its name, the letters its codes begin with, and its lines."""

    name: str
    code: str
    lines: tuple[Line, ...]


def said(wording: str, *by_stage: str) -> Line:
    """A line; a star before it makes it a key one."""
    return Line(wording.removeprefix("*"), by_stage, wording.startswith("*"))


SUBJECTS: dict[str, tuple[StrandWords, ...]] = {
    "Maths": (
        StrandWords(
            "Number sense",
            "N",
            (
                said("*I can say, read and write any number up to {}", "10", "60", "120", "1,200", "12,000", "500,000", "5 million"),
                said("I can put {} in order and say why they go there", "five groups of things", "numbers up to 60", "numbers up to 120", "three-digit numbers", "numbers above and below zero", "numbers with two decimal places", "numbers with three decimal places"),
                said("*I know what each digit is worth in a {} number", "teen", "two-digit", "two-digit", "three-digit", "four-digit", "six-digit", "seven-digit"),
                said("I can count on and back in {}", "ones", "twos and tens", "threes and fives", "fours, eights and fifties", "sixes, nines and twenty-fives", "steps of a tenth", "steps of a hundredth"),
                said("I can find one more and one less, or {} more and less", "none", "ten", "ten", "a hundred", "a thousand", "ten thousand", "a tenth"),
                said("I can place a number on a line marked in {}", "ones", "fives", "tens", "fifties", "hundreds", "thousands", "tenths"),
                said("I can estimate how many, then check, with up to {} things", "10", "30", "60", "150", "1,000", "10,000", "100,000"),
                said("I can round to {} and say when that helps", "the nearer end of a line", "the nearest ten on a line", "the nearest ten", "the nearest hundred", "the nearest thousand", "the nearest whole number", "a chosen number of places"),
                said("I can show a number in three ways, with {} among them", "fingers", "cubes", "ten-frames", "place-value counters", "a bar drawing", "a power of ten", "an algebra letter"),
                said("*I can spot and carry on a pattern that grows by {}", "one", "two", "five", "a changing amount", "doubling", "a decimal step", "a rule in two parts"),
            ),
        ),
        StrandWords(
            "Working it out",
            "W",
            (
                said("*I can add and take away within {} in my head", "5", "20", "50", "200", "1,000", "10,000", "decimals to two places"),
                said("I can choose a written way to add {}", "with pictures", "two small numbers", "two-digit numbers", "three-digit numbers", "four-digit numbers", "amounts of money", "numbers of unlike sizes"),
                said("I can take away by counting back or by finding the gap, up to {}", "5", "20", "100", "500", "5,000", "50,000", "any size"),
                said("*I know by heart {}", "doubles to 5", "pairs that make ten", "the two, five and ten times tables", "the three, four and eight times tables", "every table to twelve", "square numbers to 144", "prime numbers below 60"),
                said("I can share {} fairly and say what is left", "six apples", "a dozen things", "up to 30 things", "two-digit numbers", "three-digit numbers", "four-digit numbers", "and write the rest as a decimal"),
                said("I can find {} of an amount", "half", "half and a quarter", "a third and three quarters", "tenths and fifths", "any unit fraction", "any fraction", "a fraction or a percentage"),
                said("I can check an answer with {}", "a friend", "a drawing", "the opposite sum", "an estimate", "rounding", "a second way", "a calculator and an estimate"),
                said("I can solve a story problem with {}", "things to move", "one step", "one step and money", "two steps", "two steps and units", "several steps", "steps I have to find myself"),
                said("I can say in a sentence how I worked it out, using the word {}", "more", "equals", "altogether", "remainder", "factor", "multiple", "ratio"),
                said("*I keep going when a problem has {}", "two answers", "a missing number", "a missing sign", "too much in it", "no quick way", "many answers", "no number given"),
            ),
        ),
        StrandWords(
            "Shape, space and measure",
            "M",
            (
                said("*I can measure {}", "which is longer", "length in hand spans", "length in centimetres", "round the edge of a shape", "an area by squares", "an area by a rule", "the space inside a box"),
                said("I can weigh and pour using {}", "a balance", "cups and spoons", "grams and litres", "scales between marks", "kilograms as decimals", "old and new units", "a change between units"),
                said("I can tell the time {}", "of day by what we do", "at the hour", "at the quarters", "to the minute", "on a 24-hour clock", "from a timetable", "across time zones"),
                said("I can pay with {}", "pretend coins", "coins to 20p", "notes and coins", "change from £5", "change from £20", "a budget", "a best buy"),
                said("I can name and sort {}", "round and straight shapes", "flat shapes", "solid shapes", "shapes by their corners", "triangles and four-sided shapes", "shapes by angles", "parts of a circle"),
                said("*I can find {} in the world around me", "a circle", "a line of symmetry", "matching halves", "a right angle", "lines that never meet", "an acute and an obtuse angle", "an unknown angle"),
                said("I can describe where something is using {}", "in, on and under", "left and right", "turns", "compass points", "a grid", "a grid after a slide", "a grid with four quarters"),
                said("I can draw {} with care", "round an object", "with a ruler", "a rectangle", "to the nearest half centimetre", "with a set square", "an angle to two degrees", "a net that folds up"),
                said("I can read {}", "a picture chart", "a tally", "a block graph", "a bar chart", "a time graph", "a table with two parts", "a pie chart"),
                said("I can ask a question and gather {} to answer it", "objects", "names", "tallies", "numbers in a table", "measurements", "results twice over", "data and its average"),
            ),
        ),
    ),
    "Reading": (
        StrandWords(
            "Reading the words",
            "R",
            (
                said("*I read {} without stopping to sound out", "my name", "forty common words", "a hundred common words", "long words in parts", "words with silent letters", "words from other languages", "words I have never met"),
                said("I blend sounds to read {}", "three-letter words", "words with two letters for one sound", "words with two beats", "words with endings", "words with beginnings added", "words from one root", "science words"),
                said("*I read aloud so that {}", "a friend can follow", "stops sound like stops", "speech sounds like speech", "the class wants to listen", "each person has a voice", "the mood comes across", "meaning changes with my voice"),
                said("I put right a word that {}", "looks wrong", "sounds wrong", "makes no sense", "does not fit the sentence", "does not fit the page", "does not fit the style", "does not fit the writer"),
                said("I read for {} minutes by myself", "two", "five", "ten", "fifteen", "twenty", "twenty-five", "thirty"),
                said("I know {} by heart and can say it", "a rhyme", "two rhymes", "a short poem", "a poem with a chorus", "a long poem", "a speech", "a poem of my choice"),
                said("I find my way in a book by {}", "its cover", "its pictures", "page numbers", "its contents", "its index", "headings and notes", "skimming and scanning"),
                said("I can tell {} from its look", "a letter from a number", "a story from a list", "a poem from a story", "a play", "a newspaper", "an advert", "an essay"),
            ),
        ),
        StrandWords(
            "Understanding",
            "U",
            (
                said("*I can retell {} in order", "a picture book", "a short story", "a story with a problem", "a chapter", "two chapters", "a whole book", "a book and what lies beneath it"),
                said("I can say why {}", "someone is sad", "someone did a thing", "a place feels scary", "a person changed", "a writer chose a word", "a writer left something out", "two people see it differently"),
                said("I find the answer in {}", "a picture", "one sentence", "one page", "two pages", "a table or label", "several parts", "two different books"),
                said("*I read between the lines to tell {}", "how someone feels", "what comes next", "what someone wants", "what someone hides", "what the writer thinks", "what is not said", "who can be trusted"),
                said("I guess what will happen and point to {}", "a picture", "a word", "a sentence", "an earlier page", "two clues", "a pattern in the book", "other books like it"),
                said("I ask about {} that I do not know", "a thing", "a word", "a saying", "a word and use the sentence", "a word and use a dictionary", "a root", "a shade of meaning"),
                said("I can sum up in {}", "one word", "one sentence", "two sentences", "five sentences", "a short paragraph", "fifty words", "a table of main points"),
                said("I can say how {} are alike and unlike", "two pictures", "two animals in books", "two stories", "two poems", "two settings", "two writers", "a book and its film"),
                said("*I say what I think of a book and give {}", "a smile or frown", "a reason", "two reasons", "a line from it", "proof from two places", "both sides", "a view that answers another"),
                said("I can tell a fact from {}", "a made-up thing", "a story", "a wish", "a guess", "an opinion", "a half-truth", "a slanted claim"),
            ),
        ),
    ),
    "Writing": (
        StrandWords(
            "Hand and spelling",
            "H",
            (
                said("*I write {} that others can read", "my name", "letters that sit on the line", "letters of even size", "joined words", "joined pages", "quickly and clearly", "in a hand of my own"),
                said("I spell {} from memory", "five words", "thirty common words", "sixty common words", "words that sound the same", "words with double letters", "words with unstressed letters", "words with foreign roots"),
                said("I spell a new word by {}", "its first sound", "its sounds", "its beats", "a word like it", "its beginning and end", "its family", "its history"),
                said("I check spelling with {}", "a grown-up", "a word card", "a word wall", "a first dictionary", "a dictionary's third letter", "a thesaurus too", "my own list of slips"),
                said("*I add {} to a word and keep its spelling right", "s", "ing", "ed and er", "un and dis", "tion", "able and ible", "ous and cial"),
                said("I hold a pencil and sit so that {}", "lines go where I want", "letters start in place", "tails hang down", "joins flow", "I write for ten minutes", "I write for twenty minutes", "I write for half an hour"),
                said("I can type {}", "my name", "a sentence", "a short list", "a paragraph", "a page", "with both hands", "and set out a page well"),
                said("I copy {} without a slip", "a word", "a label", "a sentence", "three sentences", "a verse", "a paragraph", "a quotation with its marks"),
            ),
        ),
        StrandWords(
            "Sentences",
            "S",
            (
                said("*I end a sentence with {}", "a dot", "a full stop", "the right mark", "speech marks when someone talks", "speech set out on its lines", "brackets or dashes inside", "a semi-colon where it helps"),
                said("I start a sentence with {}", "a capital", "a name", "a time word", "where it happens", "how it happens", "a clause", "whatever the reader needs first"),
                said("*I join ideas with {}", "and", "but", "because", "although", "while and until", "which and whose", "however and therefore"),
                said("I choose {} to make a picture", "a colour word", "a describing word", "two describing words", "a strong verb", "a comparison", "a person's gesture", "a word with two meanings"),
                said("I keep to {} from start to end", "one idea", "one time", "past or present", "one teller", "one style", "a formal tone", "a chosen distance from the reader"),
                said("I use a comma {}", "never by chance", "in a list of two", "in a list", "after an opening", "round an aside", "to stop a muddle", "as a reader would breathe"),
                said("I use an apostrophe for {}", "my own name", "a word cut short", "one owner", "one owner or a gap", "many owners", "its and it's", "every case"),
                said("I read my sentence back and {}", "hear it", "find a missing word", "mend a mark", "swap a word", "cut a word", "change its order", "change its length for effect"),
            ),
        ),
        StrandWords(
            "Composing",
            "C",
            (
                said("*I plan with {}", "a drawing", "three drawings", "a few words", "a story map", "paragraph headings", "notes for each part", "a plan I am ready to change"),
                said("I write {} that a friend enjoys", "a label", "three sentences", "a short story", "a story with a problem", "a story with two places", "a story with speech that moves it", "a story that plays with time"),
                said("I write {} that works", "a list", "a message", "instructions", "a report", "a letter", "an argument", "for a reader I have never met"),
                said("*I group sentences {}", "on a page", "that belong together", "by time", "into paragraphs", "with opening lines", "so that each leads on", "so that the whole has a shape"),
                said("I make a person in a story {}", "have a name", "want something", "say something", "act like themselves", "change", "surprise us fairly", "show more than they tell"),
                said("I open with {}", "once upon a time", "a place", "weather or mood", "speech", "action", "a question left open", "a line written last"),
                said("I close with {}", "the end", "a feeling", "a problem solved", "a lesson", "a link to the start", "a twist", "something to think about"),
                said("I gather ideas from {}", "play", "a picture", "a walk", "a book", "two books", "a talk with someone", "research I can name"),
                said("I ask a friend what {}", "they like", "they see", "is missing", "is unclear", "could go", "could move", "they would stop reading at"),
                said("*I make my writing better by {}", "saying more", "adding a word", "changing a word", "moving a part", "cutting a part", "thinking of the reader", "starting again where I must"),
            ),
        ),
    ),
    "Science": (
        StrandWords(
            "Thinking like a scientist",
            "T",
            (
                said("*I ask a question we can test about {}", "our garden", "plants", "materials", "light", "sound", "forces", "circuits"),
                said("I say what I think will happen and {}", "look", "why", "what I saw before", "a reason from science", "how sure I am", "what would prove me wrong", "what another idea would say"),
                said("*I keep a test fair by {}", "taking turns", "changing one thing", "keeping one thing the same", "keeping most things the same", "naming what I change", "repeating it", "planning it alone"),
                said("I measure with {}", "my hands", "blocks", "a ruler", "a thermometer", "a data logger", "a force meter", "the finest scale that helps"),
                said("I record in {}", "a drawing", "a labelled drawing", "a table given to me", "my own table", "a bar chart", "a line graph", "the form that shows it best"),
                said("I say what I found out using {}", "I saw", "because", "more and most", "the results show", "a pattern", "a cause", "how far results can be trusted"),
                said("I sort things by {}", "look", "touch", "what they do", "a yes-or-no question", "a key of four questions", "a key of my own", "a key that others can use"),
                said("I use the word {} rightly", "same", "group", "compare", "evidence", "conclusion", "variable", "refute"),
            ),
        ),
        StrandWords(
            "Living things",
            "L",
            (
                said("*I can name {}", "animals near us", "parts of my body", "what living things need", "parts of a plant", "groups of animals", "stages of a life", "groups of tiny living things"),
                said("I can say how {}", "to be kind to a minibeast", "animals move", "animals find food", "plants drink", "teeth do their work", "plants make seeds", "the heart does its work"),
                said("I can follow {} as it grows", "a bean", "a tree over the year", "a seed to a seed", "bones and muscles", "food through the body", "a frog and a bird", "a family over many lives"),
                said("*I know why {}", "we wash hands", "we sleep", "we eat many foods", "skeletons help", "habitats change", "birth and growth differ", "habits help or harm a body"),
                said("I can match living things to {}", "homes", "seasons", "places they suit", "what eats them", "dangers they face", "their parents", "changes that helped them last"),
                said("I can draw {} with labels", "a flower", "an animal", "a food chain", "a root and stem", "a gut", "a life cycle", "blood on its way round"),
                said("I look after {}", "a plant", "a bird table", "a bug house", "a bed of herbs", "a pond", "a record of visitors", "a plan for wild places"),
                said("I can explain to a younger child {}", "what lives here", "what grows here", "what eats what", "what plants need", "why places matter", "how lives begin", "why no two are alike"),
            ),
        ),
        StrandWords(
            "Stuff and how it moves",
            "P",
            (
                said("*I can say what {} like", "things feel", "materials look", "materials can do", "rocks are", "solids, liquids and gases are", "mixtures are", "conductors are"),
                said("I can change {}", "ice to water", "a shape by bending", "a shape by four ways", "a shadow's size", "a note's pitch", "a mixture back", "a bulb's brightness"),
                said("*I can explain {}", "wet and dry", "day and night", "why we chose a material", "how shadows form", "how sound travels", "why things fall", "why we see things"),
                said("I can build {} that works", "a tower", "a shelter", "a boat", "a magnet game", "a circuit with a switch", "a lever or pulley", "a periscope"),
                said("I can find {} round the school", "something shiny", "something see-through", "something that soaks", "something magnetic", "something that insulates", "something that rubs", "something that reflects"),
                said("I can compare {}", "heavy and light", "rough and smooth", "hard and soft", "pushes and pulls", "loud and soft sounds", "speeds", "voltages"),
                said("I know how to keep myself from harm with {}", "water", "glass", "heat", "bright light", "mains sockets", "chemicals", "sun and screens"),
                said("I can say where {} comes from", "rain", "wood", "glass", "soil", "electricity", "gravity's pull", "a light ray we see"),
            ),
        ),
    ),
}
# Word, code, key digit, fill, place, number, whether it counts as secure.
SCALE = (
    ("Beginning", "B", 1, "rose", "below", 1, False),
    ("Developing", "D", 2, "straw", "below", 2, False),
    ("Secure", "S", 3, "leaf", "at", 3, True),
    ("Greater depth", "G", 4, "lilac", "above", 4, True),
)
BIRCHWOOD_SCALE = (
    ("Not yet", "N", 1, "sand", "below", None, False),
    ("Nearly", "Y", 2, "sky", "below", None, False),
    ("Got it", "G", 3, "aqua", "at", None, True),
)
GROUPS = (
    ("pupil-premium", "Pupil premium", 0.24),
    ("send", "SEND support", 0.14),
    ("ehcp", "EHCP", 0.03),
    ("eal", "English as an additional language", 0.22),
    ("looked-after", "Looked after", 0.02),
    ("girls", "Girls", -1.0),
    ("boys", "Boys", -2.0),
    ("summer-born", "Summer born", -3.0),
)
