using System.Text.RegularExpressions;
using NJsonSchema;

namespace Pth.Cli.Tests.Output;

/// <summary>The JSON schema of SARIF 2.1.0, as Microsoft's package has it.</summary>
internal static partial class SarifSchema
{
    private static readonly Lazy<Task<JsonSchema>> Schema = new(static () =>
        JsonSchema.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "sarif-2.1.0.json"))
    );

    /// <returns>What is wrong with a document, a line each.</returns>
    public static async Task<string[]> ValidateAsync(string document) =>
        [
            .. (await Schema.Value.ConfigureAwait(false)).Validate(document).Select(error => error.ToString()),
            // The validator knows no "uri-reference".
            .. UriProperty()
                .Matches(document)
                .Select(match => match.Groups["uri"].Value)
                .Where(uri => !UriReference().IsMatch(uri))
                .Select(uri => $"no URI reference: {uri}"),
        ];

    [GeneratedRegex("\"uri\": \"(?<uri>[^\"]*)\"", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex UriProperty();

    /// <summary>RFC 3986, without hosts: a scheme or none, and a first segment without a colon where there is none.</summary>
    [GeneratedRegex(
        @"^(file:///|(?![^/]*:))(?!/)([A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-F]{2})+$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex UriReference();
}
