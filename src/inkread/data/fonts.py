"""Fonts that were made of somebody's handwriting: each is a hand, and each of its characters a picture.

Fontsource packs them for the web, a file for each font and script; their authors are named in its packages.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase, digits

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from inkread.data.plain import read_bytes
from inkread.data.samples import Picture, Samples
from inkread.errors import DataError

PACKAGES = "5.3.0"  # their version

SIDE = 96  # px of a picture
LONGER = 64  # px, longer side of the character in it
_MEASURED = 160  # px, size of the font at which a character is measured

CAPITALS_ALONE = frozenset(("give-you-glory", "patrick-hand-sc", "permanent-marker", "rock-salt", "walter-turncoat"))
"""Fonts that have capitals, some or all, in the place of small letters."""


def read_fonts(folder: Path, names: Iterable[str]) -> Samples:
    """Digits and letters of these fonts of ``folder``, dark on white, SIDE px square; the font is the writer.

    Raises DataError where one is missing or is no font.
    """
    items: list[Picture] = []
    labels, writers = [], []
    for name in names:
        path = folder / f"{name}.woff"
        font = _font(path)
        characters = digits + ascii_uppercase + ("" if name in CAPITALS_ALONE else ascii_lowercase)
        for character in characters:
            items.append(_drawn(font, character, path))
            labels.append(character)
            writers.append(f"fonts/{name}")
    return Samples(tuple(items), tuple(labels), tuple(writers), "fonts")


def _font(path: Path) -> ImageFont.FreeTypeFont:
    """The font in the size at which its characters are measured."""
    data = read_bytes(path)
    try:
        return ImageFont.truetype(BytesIO(data), _MEASURED)
    except OSError as error:
        raise DataError(f"{path}: expected a font (.woff), got {len(data):,} bytes that are none: {error}") from error


def _drawn(font: ImageFont.FreeTypeFont, character: str, path: Path) -> Picture:
    """The character with its longer side LONGER px, in the middle of a white square."""
    longer = max(_ink(font, character, path).size)
    ink = _ink(font.font_variant(size=round(_MEASURED * LONGER / longer)), character, path)
    picture = Image.new("L", (SIDE, SIDE), 0)
    picture.paste(ink, ((SIDE - ink.width) // 2, (SIDE - ink.height) // 2))
    return 255 - np.asarray(picture)


def _ink(font: ImageFont.FreeTypeFont, character: str, path: Path) -> Image.Image:
    """The character, light on black, cut to its ink."""
    size = round(font.size)
    sheet = Image.new("L", (3 * size, 3 * size), 0)
    ImageDraw.Draw(sheet).text((size, size), character, font=font, fill=255)
    box = sheet.getbbox()
    if box is None:
        raise DataError(f"{path}: expected a font that has {character!r}, got one that draws nothing")
    return sheet.crop(box)


FONTS = {
    "annie-use-your-telescope": "555a3ba045673dfa29aa1b2ed52f17772212380d2da9a79dc813ef51e26b0147",
    "architects-daughter": "0249dd5f81431dbf8a8406996c43f8018bf707221cf261d75145f083bb7091cf",
    "bad-script": "07202e03862cf10af6c0a9f5cfce39ef10e1923b64b965c3185b5ddef61b91f1",
    "beth-ellen": "0650ec8a5e854614c0edaaa7650112846da25e5d31ffa820bcf13b623f5704dc",
    "borel": "8cd035d3cd69b2cc1a16aa3fce6e3126c71f87dba0a125999015278baa6ce261",
    "calligraffitti": "1fee22a7ff179d7623483a623aba71e5541ef16efd5e28bc45d4403d6f010ad5",
    "caveat": "38b98dbeb922a14a74dfb41f83fc24e0e645e2eed9ce72145fefbdae8828cbfb",
    "caveat-brush": "2c57f92c541e3d7c8050ca99d8ce3f6ee2f64cbdfe72f304f6d7683f0db388ba",
    "cedarville-cursive": "8d8360a98492b42d02c17e94c38bcd2a3cce6db6b9b430f3a110e71f81d7149c",
    "coming-soon": "d0a25ae9b9ffb2a2c235687f1698af2bbe18a84f47f1b099077a50382b812858",
    "cookie": "15a6cbd163886857d89b3d5743237d606ab45002d00e5cc8d317d7df7bc65b7e",
    "courgette": "8cacc9a075ce6f2c68e0689b1be992376cf72ed0adf9a577cd9e0a8663b9d459",
    "covered-by-your-grace": "876d8371eedf1f9add237910aea034ca42cd5bdc8f7d722c7a04819ab3f711b8",
    "crafty-girls": "5d7392f508057ab8c20fa7e92989e679a9efd058b9d7736d688a614df9a79dfa",
    "dawning-of-a-new-day": "db6b4ace05ee8134f67c89150c387961d9c4f3e8ecc3efecfe8510738c3158fd",
    "dekko": "03a28a935e5e77df75afc369cac04b9e28be68aa2156c20c649103e29d084a60",
    "delicious-handrawn": "35ce71897055be38672facf77da13ec0bde5d918ea90ae11e78b838b3a0aa01c",
    "delius": "eabc55870044215231d9f905b1b898926bcf588dc78e53523ea6590281b606f1",
    "edu-nsw-act-foundation": "abebb0863c1a82e42f688b59d66851a6896cd8f46f543f60d3c24750709157ea",
    "edu-qld-beginner": "c8406989bc5c5dfcf60f1edc010bc13434c25985f27c9ef1e87b64071b193776",
    "edu-sa-beginner": "c33e51f7a131b9a2eefb06ae7e24af669fc9961ea1e4fd1d13f8658a995f0ea5",
    "edu-tas-beginner": "16c8a0af47a3862aa01547ca64dbdda2d9c5b4c3b45a9b522182340b7e350aad",
    "edu-vic-wa-nt-beginner": "d1d07ef8700ab8a5b349dc78e8c976629d63e62407dc092eb9f304d5a6ee08d6",
    "fuzzy-bubbles": "7d4f62492b07a98081096631cf93ce385b6646a6f38d63a4cabbe24f0acbeeba",
    "gaegu": "6d4c9dac093fce05bcf214b7b1e9d60de7ecae8a22aa940d63e586bcf32cab29",
    "gamja-flower": "a38f64533c71165be3845e8e1600a2c6062464d83c7c160d00ee5a9cbd67c46d",
    "give-you-glory": "84c8bec3e54403b756b60f5fa44aeb89ceb5a31c7296211a0d7717611bb73f8c",
    "gloria-hallelujah": "31e7def8cf155d4dcc98216517ad509923a8a197bc9c8937668d04767c52040e",
    "gochi-hand": "82a4149218f2edccef96d2b0ed5bf92adc6ea290222bac4dcfa3de91afb6b3a3",
    "grape-nuts": "058c99599408dd60de19ebb1abbf764b9a18eebb553fee1670f0b2d2a4fd5235",
    "handlee": "9a8af5254df769bbdc196fd998231daec67c81dc3d6fd6f294ed80c2c4343551",
    "hi-melody": "346d604a1b9cbe55b43837112ce70dd6d30909898d82c3014c1f37f8e40f27a3",
    "homemade-apple": "998f34b48e0bcb8974dc6e8d94961a87689ca40e3258554d2f6fc3778b1968a3",
    "indie-flower": "2cf7154e899ad16246196238d6d13f0135c5feba2d8ccde5d97a22664d012660",
    "just-another-hand": "996689005263a02315843bd1eff3f67b71ec1ca25be7fa9ee4523e4d282b7b89",
    "just-me-again-down-here": "154f149b85fa4145d2545b270db1a149c1815fca861b2ef90700cccf20e76050",
    "kalam": "70ab8c1d2c10a28f213c6f1c359888624d5e650ffcd64f93a8194c3e14403746",
    "kavivanar": "c3717d01704c1bab2c9c3f94fbd38a38fa9cdf0e91441cca637076914a672b69",
    "kristi": "baf2b649c525e4b3d6516c77c88c1533b4c0e7a8376e88f63c13ed4dd5e4be6a",
    "la-belle-aurore": "d5ec94f05c2cb9ab9dd5bba03faede9a6d767803e36b6b5df36f64ada8546ce0",
    "love-ya-like-a-sister": "807bc4f83fd72301e5b1414a2c2e91baffdf5147e87144d842bb0ea704754577",
    "loved-by-the-king": "c865f5db8c24e82e05b74065da789d1df28b12d66d2977e884af4a444ff46cb5",
    "mali": "cd38e40d516ab13ab4ef21cdb01671bac4c326ef338b39d87eb1892c5fc17bbf",
    "mansalva": "956720ae5632b40a4f79e92b27b936e174a038aa41b8638d30965c61ab465aff",
    "marck-script": "c26db9210c0b2823550e11baaeb2b6d234e5e5a14e8e6497029f29844859610d",
    "montez": "300499d16dd128e22a686a37ae1e97f6addcb5a9795269f49b437028d0d29871",
    "mynerve": "5d9deb86c7caed58b6c2624cc2ff1e4cd76bd389e99cf5d62f6342b0242d1d29",
    "nanum-pen-script": "08cdd640e142c977071b4c3d5c33fd9ec322990e540f5511ca2fccff4568d0ec",
    "neucha": "b0c09e2ecd7d760fb997f926f2d15e53c57561802fb071a317832942536ca82a",
    "nothing-you-could-do": "454bff123de1c8224aff670f12797ca91cf54becf6f8359391bd37a6dd68a60e",
    "oooh-baby": "8adff98725aa267417e7cc2543a08056d22a170bea51de1b368c60a217e7a2bd",
    "over-the-rainbow": "e721f12763490802b576b3c1511cf4a0c6a33221772bf846885a295e5b758e3e",
    "pangolin": "d51be35cd652ff73e3d174e01cd978942cf67bcea08ab3043f711814fab162ce",
    "patrick-hand": "0f7031f6665437e04d6f354c5f64d6ae6777b498afbe804638c45b957a7ce8aa",
    "patrick-hand-sc": "58cdecfb50bafe3043646164c326a711903c4d6dcfe5b72e1aef88af6e40303b",
    "permanent-marker": "ab8ac2bb72d48e089e37d8eefbacdfe2d74ccd48ae786d952fce9874837d2b2b",
    "playpen-sans": "25b16389b5a9978b1b9949398c494451d02c738f837e64095601e1c8447341fb",
    "poor-story": "15608168b3f53bff2060591a8a6953c9ab1c91eb19529e15b973ac2b70ca709f",
    "rancho": "f19330a4aee7eaac41911b9002a0e402feaa84f0318ea422668e11b920ed8fca",
    "redressed": "6722c727f03a63134c2061c85c7cb4ade71336bfa9e995332e37869aecbb9deb",
    "reenie-beanie": "1b86681155e125625f01839b2e6688dde2b2a7766a8eb49645b3a8707c2bee9f",
    "rock-salt": "358d065405a805204d48cc51cc48a8447f8d86369aa05d44c70e0111d7ee7e29",
    "sacramento": "d3522a9bd9a636911205d65f8031b2baf2c1b1e91fc35070029dbf887364bd29",
    "satisfy": "5d08f3999955e4cc4eb26cc27496751a9b15f9cd47d69332d2c7f8902ced3f49",
    "schoolbell": "a448b8f4209a8ca16adc48753170f40a57e17f70675963e092501ed48842e4c8",
    "sedgwick-ave": "378d3d70f69fb7c7382cbbd3dc3663bc409bd45dee5711aa8543afee85de2f14",
    "shadows-into-light": "93cff8110a18bb3e1fb0179c95f706ed1e8037e2e527c4cb425b46deaddbd975",
    "shadows-into-light-two": "ba222b859894cd8ea9a5e2782d37c52fc3bb434c5057edfc1e82855174203ad4",
    "short-stack": "db596e8545afc95f708ad2d5ac878771998f7378da84c56759527fbdb02f5836",
    "square-peg": "f7da17dedee1e713341ea2b5a26bff3a8cb25e3dfe94e7a927c1ed56ecc4a1f7",
    "sue-ellen-francisco": "e2c988155c07d4a26b81216397fa1841af0916c9737a61e05ea38bd1bd5361b1",
    "swanky-and-moo-moo": "f4f292b60677133249ab543ca178fa6786d3dd9681899ef7ccde255bf956aced",
    "the-girl-next-door": "301aabf8a983d1231988eea6e125338a3933bd69de8b14137df80840c8d8c5e8",
    "vibur": "f13c8b62aa8abf958356887bc6e44d9af48037c38f96b238e66ec1b537b0dd4e",
    "waiting-for-the-sunrise": "8a2cf921d4129a7d447370c559d0687579e842196c9e80a774fb428b1755911b",
    "walter-turncoat": "90a2eac28cf08ea30ebc93308f5de15abbfa6b8e54253f5fc9cfedb3971b9f89",
    "zeyada": "91d3613bd2d6ca6d14bfba2a7c3918ee4ced380d570d1b29a6ebfbcf56e7a6ff",
}
"""By name, sha256 of the file with its Latin characters of usual weight.

Left out: those of calligraphers and of sign painters, which nobody writes by.
"""
