using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Pth.Tests.House;

/// <summary>
/// The order of the library's folders, from ground to roof: a folder uses only those below it. The compiler's own symbols
/// are asked, so that a call, an extension or a member of a type counts as much as the type's name.
/// </summary>
internal static class FolderRule
{
    // Zip and Tar stand on one floor: they know bytes only, and not each other.
    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Errors"] = 0,
        ["Bytes"] = 1,
        ["Tensors"] = 2,
        ["Zip"] = 3,
        ["Tar"] = 3,
        ["Python"] = 4,
        ["Pickle"] = 5,
        ["StateDicts"] = 6,
        ["Formats"] = 7,
        ["Security"] = 8,
        [""] = 9,
    };

    // A name that the compiler does not know would be a use that nobody sees. Other errors are no harm: what source generators
    // write is not there.
    private static readonly string[] UnknownNames = ["CS0103", "CS0117", "CS0234", "CS0246", "CS1061"];

    /// <summary>What breaks the rule, each with its place; and what kept the compiler from knowing all symbols.</summary>
    /// <param name="files">Text by path, relative to the library's folder, with <c>/</c>.</param>
    public static IReadOnlyList<string> FindViolations(IReadOnlyDictionary<string, string> files)
    {
        CSharpCompilation compilation = Compile(files);
        var violations = new SortedSet<string>(StringComparer.Ordinal);

        foreach (string folder in files.Keys.Select(FolderOf).Where(folder => !Floors.ContainsKey(Top(folder))))
        {
            violations.Add($"{folder}: a folder without a floor, expected one of {string.Join(", ", Floors.Keys)}");
        }
        foreach (
            Diagnostic error in compilation.GetDiagnostics().Where(diagnostic => UnknownNames.Contains(diagnostic.Id))
        )
        {
            violations.Add($"the compiler does not know all symbols: {error}");
        }

        foreach (SyntaxTree tree in compilation.SyntaxTrees.Where(tree => files.ContainsKey(tree.FilePath)))
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (
                SyntaxNode node in tree.GetRoot()
                    .DescendantNodes()
                    .Where(n => n is SimpleNameSyntax or BaseObjectCreationExpressionSyntax)
            )
            {
                foreach (INamedTypeSymbol type in TypesOf(model.GetSymbolInfo(node).Symbol))
                {
                    foreach (string declared in type.DeclaringSyntaxReferences.Select(r => r.SyntaxTree.FilePath))
                    {
                        if (WhatIsWrong(FolderOf(tree.FilePath), FolderOf(declared)) is { } wrong)
                        {
                            int line = tree.GetLineSpan(node.Span).StartLinePosition.Line + 1;
                            violations.Add($"{tree.FilePath}:{line} uses {type.Name} of {declared}: {wrong}");
                        }
                    }
                }
            }
        }
        return [.. violations];
    }

    private static string? WhatIsWrong(string user, string used)
    {
        if (user == used || !Floors.TryGetValue(Top(user), out int from) || !Floors.TryGetValue(Top(used), out int to))
        {
            return null;
        }
        if (Top(user) != Top(used))
        {
            return to < from ? null : $"{NameOf(user)} does not stand above {NameOf(used)}";
        }
        // Within Formats: what lies in it directly, in Torch/ or in Archive/ is shared (Archive stands on Torch), and what is directly
        // in it may name containers.
        bool isAllowed =
            Top(user) != "Formats"
            || user == "Formats"
            || used is "Formats" or "Formats/Torch"
            || (used == "Formats/Archive" && user != "Formats/Torch");
        return isAllowed ? null : $"{user} and {used} do not know each other";
    }

    private static IEnumerable<INamedTypeSymbol> TypesOf(ISymbol? symbol)
    {
        INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        return type is null ? [] : [type.OriginalDefinition];
    }

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.LastIndexOf('/')] : "";

    private static string Top(string folder) => folder.Split('/')[0];

    private static string NameOf(string folder) => folder.Length == 0 ? "the door" : folder;

    private static CSharpCompilation Compile(IReadOnlyDictionary<string, string> files)
    {
        CSharpParseOptions options = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.CSharp14);
        IEnumerable<SyntaxTree> trees = files.Select(file => CSharpSyntaxTree.ParseText(file.Value, options, file.Key));
        return CSharpCompilation.Create(
            "Pth.FolderRule",
            trees.Append(CSharpSyntaxTree.ParseText(PlatformReferences.ImplicitUsings, options, "<usings>")),
            PlatformReferences.WithoutLibrary,
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Disable
            )
        );
    }
}
