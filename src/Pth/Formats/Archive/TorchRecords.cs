namespace Pth.Formats.Archive;

/// <summary>The names of the records in the archive's folder.</summary>
internal static class TorchRecords
{
    /// <summary>What the offset of each record's data is a multiple of, unless PyTorch is told otherwise.</summary>
    public const int DefaultAlignment = 64;

    /// <summary>The pickle of the saved object.</summary>
    public const string Pickle = "data.pkl";

    /// <summary>Before the key of each storage.</summary>
    public const string StoragePrefix = "data/";

    /// <summary><c>1</c>, from PyTorch 2.7 on.</summary>
    public const string FormatVersion = ".format_version";

    /// <summary>Decimal digits, from PyTorch 2.7 on.</summary>
    public const string StorageAlignment = ".storage_alignment";

    /// <summary><c>little</c> or <c>big</c>, from PyTorch 2.1 on.</summary>
    public const string ByteOrder = "byteorder";

    /// <summary><c>3</c> and a line feed.</summary>
    public const string Version = "version";

    /// <summary>The place of the version in files whose version is 6 or higher; it goes before <see cref="Version"/>.</summary>
    public const string HiddenVersion = ".data/version";

    /// <summary>The file's 40 digits; the last record, from PyTorch 2.1 on.</summary>
    public const string SerializationId = ".data/serialization_id";

    /// <summary>Only TorchScript archives have it.</summary>
    public const string ScriptConstants = "constants.pkl";

    /// <summary>Only TorchScript archives of PyTorch 1.0 to 1.3 have it.</summary>
    public const string ScriptModel = "model.json";

    /// <summary>Before the path of each file of TorchScript's code.</summary>
    public const string ScriptCode = "code/";

    /// <summary>Only <c>torch.package</c> archives have it.</summary>
    public const string PackageModules = ".data/extern_modules";
}
