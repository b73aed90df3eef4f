using Microsoft.CodeAnalysis;

namespace Pth.Tests.House;

/// <summary>What a compilation in a test refers to.</summary>
internal static class PlatformReferences
{
    /// <summary>.NET and the packages that the library needs, without the library.</summary>
    public static MetadataReference[] WithoutLibrary { get; } = Find(withLibrary: false);

    /// <summary>The same with the library.</summary>
    public static MetadataReference[] WithLibrary { get; } = Find(withLibrary: true);

    /// <summary>What <c>ImplicitUsings</c> adds to every project, as a file.</summary>
    public static string ImplicitUsings { get; } =
        string.Concat(
            new[]
            {
                "System",
                "System.Collections.Generic",
                "System.IO",
                "System.Linq",
                "System.Net.Http",
                "System.Threading",
                "System.Threading.Tasks",
            }.Select(name => $"global using {name};\n")
        );

    private static MetadataReference[] Find(bool withLibrary) =>
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Where(path => IsWanted(Path.GetFileName(path), withLibrary))
                .Select(path => MetadataReference.CreateFromFile(path)),
        ];

    private static bool IsWanted(string file, bool withLibrary) =>
        file == "Pth.dll" ? withLibrary : !file.StartsWith("Pth.", StringComparison.Ordinal);
}
