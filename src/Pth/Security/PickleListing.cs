using Pth.Bytes;
using Pth.Security;

namespace Pth;

/// <summary>A pickle, instruction by instruction. Nothing is run.</summary>
/// <param name="Stream">What in the file it is: <c>archive/data.pkl</c>; null for the file itself.</param>
/// <param name="Offset">Where it begins there.</param>
/// <param name="Instructions">The instructions.</param>
/// <param name="Problem">Why it was not followed to its STOP; null where it was.</param>
public sealed record PickleListing(
    string? Stream,
    long Offset,
    IReadOnlyList<PickleInstruction> Instructions,
    string? Problem
)
{
    /// <summary>Lists every pickle of a file: of an archive each record's, of a stream one behind the other.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The pickles in the order in which they are found. None where the file has none.</returns>
    public static IReadOnlyList<PickleListing> Read(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using ByteSource source = FileSource.Open(path, cancellationToken);
        return Read(source, path, cancellationToken);
    }

    /// <summary>Lists every pickle of a file in memory.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What it is called.</param>
    public static IReadOnlyList<PickleListing> Read(ReadOnlyMemory<byte> bytes, string name = "<memory>")
    {
        using var source = new MemorySource(bytes, name);
        return Read(source, name, CancellationToken.None);
    }

    private static List<PickleListing> Read(ByteSource source, string name, CancellationToken cancellationToken)
    {
        var listings = new List<PickleListing>();
        var scan = new FileScan(name, source.Length, ScanOptions.Default, new GlobalRules([]), cancellationToken)
        {
            OnPickle = (bytes, stream, trace) => listings.Add(PickleLister.List(bytes, stream, trace)),
        };
        new ContentScan(scan).Look(source, null, 0);
        return listings;
    }
}
