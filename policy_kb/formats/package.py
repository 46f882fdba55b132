"""What every Office file of the XML kind must be before it is opened: a ZIP of bounded size without entity declarations."""

import io
import re
import zipfile

from policy_kb.errors import Unreadable
from policy_kb.formats.apart import DAMAGED, TOO_BIG

MOST_PARTS, MOST_BYTES, MOST_RATIO, _FREE = 5_000, 200 * 2**20, 250, 2**20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DECLARED = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)

LOCKED = "“{name}”加了密码。请在电脑上打开，去掉密码后另存一份再添加。"
OLD = "“{name}”其实是旧版格式，只是改了后缀。请在电脑上打开，另存为 DOCX 或 XLSX 再添加。"
ENTITIES = "“{name}”里有不该有的内容（实体声明），没有打开。请在电脑上打开，另存一份再添加。"


def check(data: bytes) -> zipfile.ZipFile:
    """Return the file's parts; raises Unreadable for what is locked, too big, damaged or declares entities."""
    if data.startswith(_OLE):
        raise Unreadable(LOCKED if "EncryptedPackage".encode("utf-16-le") in data else OLD)
    try:
        parts = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Unreadable(DAMAGED, str(error)) from error
    infos = parts.infolist()
    if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_BYTES or any(map(bomb, infos)):
        raise Unreadable(TOO_BIG, f"{len(infos)} parts")
    for info in infos:
        if info.filename.lower().endswith((".xml", ".rels")):
            with parts.open(info) as part:
                head = part.read(65536).replace(b"\0", b"")  # UTF-16 too
            if _DECLARED.search(head):
                raise Unreadable(ENTITIES, info.filename)
    return parts


def bomb(info: zipfile.ZipInfo) -> bool:
    """Tell a part that is packed tighter than any honest document."""
    return info.file_size > _FREE and info.file_size > MOST_RATIO * max(info.compress_size, 1)
