namespace Pth.Zip;

/// <summary>What stands behind a record's data.</summary>
internal enum ZipRecordEnd
{
    /// <summary>The file ends in the data, or before its checksum.</summary>
    Cut,

    /// <summary>Its checksum.</summary>
    Whole,

    /// <summary>Something else than a descriptor of its length.</summary>
    Damaged,
}
