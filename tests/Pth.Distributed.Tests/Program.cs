using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Pth.Distributed.Tests;

/// <summary>
/// The tests; or with the words "worker NAME" one process of a job that a test starts. One program, since each would bring its own copy of
/// PyTorch's libraries.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments) =>
        arguments is ["worker", string name, .. string[] rest]
            ? Workers.Run(name, rest)
            : Test(arguments).GetAwaiter().GetResult();

    private static Task<int> Test(string[] arguments) =>
        arguments.Contains("-automated") || arguments.Contains("@@")
            ? ConsoleRunner.Run(arguments)
            : TestPlatformTestFramework.RunAsync(arguments, SelfRegisteredExtensions.AddSelfRegisteredExtensions);
}
