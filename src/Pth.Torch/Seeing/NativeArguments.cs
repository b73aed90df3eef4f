using System.Text.RegularExpressions;
using Pth.Torch.Modules;
using Pth.Torch.Native;
using static TorchSharp.torch;

namespace Pth.Torch.Seeing;

/// <summary>The arguments of modules that lie in native code, by what libtorch prints for them. It is asked once a module.</summary>
/// <remarks>
/// Source: the <c>pretty_print</c> of the layers in libtorch 2.10.0. It leaves out what is the default, as Python does. Where it cannot be asked, there
/// are none, and <see cref="Of"/> is null.
/// </remarks>
internal sealed partial class NativeArguments
{
    private readonly Dictionary<nn.Module, IReadOnlyDictionary<string, string>?> _listings = new(
        ReferenceEqualityComparer.Instance
    );

    /// <summary>Whether libtorch is asked; else all is unknown, as on systems where it cannot be.</summary>
    public bool IsAsking { get; init; } = true;

    /// <summary>The arguments by libtorch's names, as C++ prints them; null where they cannot be had.</summary>
    public IReadOnlyDictionary<string, string>? Of(WalkedModule walked)
    {
        if (!IsAsking)
        {
            return null;
        }
        if (!_listings.TryGetValue(walked.Module, out IReadOnlyDictionary<string, string>? lines))
        {
            lines = NativeListing.Of(walked.Module) is { } listing ? LinesOf(listing) : null;
            _listings.Add(walked.Module, lines);
        }
        return lines is not null && lines.TryGetValue(walked.HiddenPath, out string? text)
            ? Argument()
                .Matches(text)
                .ToDictionary(
                    match => match.Groups["name"].Value,
                    match => match.Groups["value"].Value,
                    StringComparer.Ordinal
                )
            : null;
    }

    /// <summary>The lines of a listing by the paths of their modules, that of the module itself being empty.</summary>
    internal static IReadOnlyDictionary<string, string> LinesOf(string listing)
    {
        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        var path = new List<string>();
        foreach (string line in listing.Split('\n'))
        {
            if (path.Count == 0 && lines.Count == 0)
            {
                lines.Add("", line);
            }
            else if (Child().Match(line) is { Success: true } child)
            {
                int depth = child.Groups["indent"].Length / 2;
                path.RemoveRange(depth - 1, path.Count - depth + 1);
                path.Add(child.Groups["name"].Value);
                lines[string.Join('.', path)] = child.Groups["text"].Value;
            }
        }
        return lines;
    }

    [GeneratedRegex(
        @"(?<name>\w+)=(?<value>[^,)]+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Argument();

    [GeneratedRegex(
        @"^(?<indent>( {2})+)\((?<name>\w+)\): (?<text>.*)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000
    )]
    private static partial Regex Child();
}
