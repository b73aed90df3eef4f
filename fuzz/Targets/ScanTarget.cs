namespace Pth.Fuzz;

/// <summary>The scanner, which refuses nothing: whatever the bytes are, a report comes out.</summary>
internal sealed class ScanTarget : IFuzzTarget
{
    public string Name => "scan";

    /// <summary>It goes over bytes again where they could be something else, and lets go of what it held: that counts here too.</summary>
    public int Readings => 9;

    public void Read(ReadOnlyMemory<byte> input)
    {
        ScannedFile file;
        try
        {
            file = Scanner.Scan(input, "<input>");
        }
        catch (CheckpointException refused)
        {
            throw new InvalidOperationException("the scanner refused", refused);
        }
        foreach (Finding finding in file.Findings)
        {
            _ = finding.ToString();
        }
    }
}
