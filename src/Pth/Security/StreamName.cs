namespace Pth.Security;

/// <summary>How parts of a file are called in a report.</summary>
internal static class StreamName
{
    /// <summary>A record of an archive.</summary>
    public static string Record(string? archive, string name) => archive is null ? name : $"{archive}!{name}";

    /// <summary>Something that lies in a record without a name of its own.</summary>
    public static string Within(string? stream, string place) => stream is null ? place : $"{stream} > {place}";
}
