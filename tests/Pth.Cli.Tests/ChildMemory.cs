using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Pth.Cli.Tests;

/// <summary>Runs a program and tells the most memory that it had in all, which only the system knows.</summary>
internal static class ChildMemory
{
    // Not asked from here: a child begins with the peak of whoever makes it, and Perl's is small. getrusage(RUSAGE_CHILDREN), ru_maxrss.
    private const string Measure = """
        my $number = shift;
        my $child = fork;
        if (!$child) { open STDOUT, ">/dev/null"; open STDERR, ">&STDOUT"; exec @ARGV; }
        waitpid $child, 0;
        my ($code, $usage) = ($?, "\0" x 144);
        syscall($number + 0, -1, $usage);
        print +(unpack "q*", $usage)[4], " ", $code >> 8, " ", $code & 127, "\n";
        """;

    /// <summary>The number of <c>getrusage</c>; 0 where it is not known.</summary>
    private static readonly int Number =
        !OperatingSystem.IsLinux() || !File.Exists("/usr/bin/perl") ? 0
        : RuntimeInformation.OSArchitecture == Architecture.X64 ? 98
        : RuntimeInformation.OSArchitecture == Architecture.Arm64 ? 165
        : 0;

    public static bool IsKnown => Number > 0;

    /// <returns>The peak of its resident memory in bytes, and its exit code.</returns>
    public static (long Peak, int ExitCode) Run(params string[] command)
    {
        using Process perl = Process.Start(
            new ProcessStartInfo("perl", ["-e", Measure, Number.ToString(CultureInfo.InvariantCulture), .. command])
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        long[] numbers =
        [
            .. perl
                .StandardOutput.ReadToEnd()
                .Split(' ')
                .Select(text => long.Parse(text, CultureInfo.InvariantCulture)),
        ];
        perl.WaitForExit();
        Assert.Equal(0, numbers[2]);
        return (numbers[0] * 1024, (int)numbers[1]);
    }
}
