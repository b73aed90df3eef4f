namespace Pth;

/// <summary>A rule of the scanner. Its number stays the same in all versions, so that reports can be compared and rules suppressed.</summary>
/// <param name="Id">The number: <c>PTH001</c>.</param>
/// <param name="Name">The rule in one word: <c>DangerousGlobal</c>.</param>
/// <param name="Level">The level of most of its findings.</param>
/// <param name="Description">What it finds, in a sentence.</param>
public sealed record ScanRule(string Id, string Name, ScanLevel Level, string Description)
{
    /// <summary>All of them, by number.</summary>
    public static IReadOnlyList<ScanRule> All { get; } =
    [
        new("PTH001", "DangerousGlobal", ScanLevel.Dangerous, "A pickle names a known way to run code."),
        new("PTH002", "UnknownGlobal", ScanLevel.Suspicious, "A pickle names a class or function that is on no list."),
        new("PTH003", "KnownClass", ScanLevel.NeedsCode, "A pickle wants a class of a known package."),
        new("PTH004", "MadeName", ScanLevel.Dangerous, "A pickle imports a name that it makes while it is read."),
        new("PTH005", "DottedName", ScanLevel.Suspicious, "A pickle reaches an attribute through a dotted name."),
        new(
            "PTH006",
            "ExtensionCode",
            ScanLevel.Suspicious,
            "A pickle names a class by its number in copyreg's registry."
        ),
        new(
            "PTH007",
            "ChangedClass",
            ScanLevel.Dangerous,
            "A pickle sets attributes or items of a class or function itself."
        ),
        new(
            "PTH008",
            "TensorItem",
            ScanLevel.Dangerous,
            "A pickle writes into a tensor while it is read (CVE-2026-24747)."
        ),
        new(
            "PTH009",
            "SpecialState",
            ScanLevel.Suspicious,
            "A state sets attributes that Python gives a meaning, such as __class__."
        ),
        new(
            "PTH010",
            "IndirectCall",
            ScanLevel.Suspicious,
            "A pickle calls something that is no name: the result of a call, or what is not there."
        ),
        new(
            "PTH011",
            "PersistentId",
            ScanLevel.Suspicious,
            "A reference to the outside is not one of those that PyTorch writes."
        ),
        new(
            "PTH020",
            "BrokenStream",
            ScanLevel.Suspicious,
            "A pickle breaks; what stands before the break runs all the same."
        ),
        new(
            "PTH021",
            "MisplacedProto",
            ScanLevel.Suspicious,
            "A PROTO stands within a pickle, or is of no known protocol."
        ),
        new(
            "PTH022",
            "BadFrame",
            ScanLevel.Suspicious,
            "A frame does not end where an instruction does, so that readers disagree."
        ),
        new(
            "PTH023",
            "OddOpcode",
            ScanLevel.Suspicious,
            "A pickle has an instruction that no pickler of its protocol writes."
        ),
        new(
            "PTH024",
            "Expansion",
            ScanLevel.Suspicious,
            "A small pickle means a huge value, by repeating what it remembers."
        ),
        new("PTH025", "TrailingData", ScanLevel.Suspicious, "There are bytes behind the last pickle."),
        new(
            "PTH026",
            "BadStack",
            ScanLevel.Suspicious,
            "A pickle takes what is not on the stack or was never remembered."
        ),
        new("PTH027", "Allocation", ScanLevel.Suspicious, "A short call asks for much memory."),
        new("PTH028", "DeepNesting", ScanLevel.Suspicious, "Values nest so deep that walking them overflows a stack."),
        new("PTH029", "TooMuch", ScanLevel.Suspicious, "A pickle is too large to be followed to its end."),
        new("PTH030", "ZipHeaders", ScanLevel.Suspicious, "The two headers of a zip record disagree."),
        new(
            "PTH031",
            "ZipFlags",
            ScanLevel.Suspicious,
            "A zip record says that it is encrypted, patched or has hidden headers."
        ),
        new("PTH032", "ZipChecksum", ScanLevel.Suspicious, "A zip record has another checksum than it records."),
        new(
            "PTH033",
            "ZipDuplicate",
            ScanLevel.Suspicious,
            "Two zip records have one name, case counted equal as PyTorch does."
        ),
        new(
            "PTH034",
            "UnsafePath",
            ScanLevel.Suspicious,
            "A record's name leads out of the folder it is unpacked to, or shows what it is not."
        ),
        new(
            "PTH035",
            "HiddenData",
            ScanLevel.Suspicious,
            "There are bytes before, between or behind the records of an archive."
        ),
        new("PTH036", "DamagedArchive", ScanLevel.Suspicious, "An archive's structure is broken or cut off."),
        new("PTH037", "ZipOverlap", ScanLevel.Suspicious, "Two zip records share bytes."),
        new("PTH038", "UnpackLimit", ScanLevel.Suspicious, "Something unpacks to more than is looked at."),
        new(
            "PTH040",
            "Unreadable",
            ScanLevel.Suspicious,
            "A container is packed or encrypted in a way that cannot be looked into."
        ),
        new("PTH041", "NestedContainers", ScanLevel.Suspicious, "Containers nest deeper than is looked into."),
        new("PTH050", "TorchScript", ScanLevel.NeedsCode, "The file has TorchScript or Python code in it."),
        new(
            "PTH051",
            "TorchScriptFiles",
            ScanLevel.Dangerous,
            "TorchScript code reads or writes files (CVE-2025-32434)."
        ),
        new("PTH052", "CodeInMetadata", ScanLevel.Suspicious, "Metadata looks like code."),
        new(
            "PTH053",
            "PackageCode",
            ScanLevel.Suspicious,
            "Python code in the file reaches for what a network does not need: processes, the network, other modules."
        ),
        new(
            "PTH060",
            "StorageSize",
            ScanLevel.Suspicious,
            "A storage has another size than the pickle says (CVE-2026-24747)."
        ),
        new("PTH061", "TensorBounds", ScanLevel.Suspicious, "A tensor reaches outside its storage."),
        new(
            "PTH070",
            "HiddenPickle",
            ScanLevel.Suspicious,
            "A pickle or an archive lies inside a value: in bytes, in base64 or in hex."
        ),
    ];
}
