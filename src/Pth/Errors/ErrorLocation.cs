namespace Pth.Errors;

/// <summary>Where in the input something was read: file, record in it, byte offset in that record (or in the file).</summary>
internal readonly record struct ErrorLocation(string? SourceName, string? Entry = null, long? Offset = null) : ILocated
{
    ErrorLocation ILocated.Location => this;

    public ErrorLocation At(long offset) => this with { Offset = offset };

    public ErrorLocation In(string entry) => this with { Entry = entry, Offset = null };

    public CheckpointException Error(CheckpointErrorKind kind, string found, string expected) =>
        new(kind, $"found {found}, expected {expected}", this);

    public override string ToString()
    {
        string place = (SourceName, Entry) switch
        {
            (null, null) => "",
            (var source, null) => source,
            (null, var entry) => entry,
            var (source, entry) => $"{source}!{entry}",
        };
        return Offset is { } offset ? $"{place} @ 0x{offset:X}".TrimStart() : place;
    }
}
