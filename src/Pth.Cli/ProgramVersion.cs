using System.Reflection;

namespace Pth.Cli;

/// <summary>What <c>pth --version</c> says.</summary>
internal static class ProgramVersion
{
    /// <summary>The version that the build gave the program, without the commit.</summary>
    public static string Text { get; } =
        typeof(ProgramVersion)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
            .InformationalVersion.Split('+')[0];
}
