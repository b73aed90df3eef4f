using System.Globalization;

namespace Pth.Benchmarks.Compare;

/// <summary>What the command line asks for.</summary>
/// <param name="Rounds">How often each contender is asked each question.</param>
/// <param name="Only">The questions to ask; all where it is empty.</param>
/// <param name="Folder">Where the files lie: on the disk that is measured.</param>
/// <param name="Oracles">The folder that holds the root folders <c>torch-2.6.0</c> and <c>torch-2.14.1</c>.</param>
/// <param name="Pth">The <c>pth</c> executable.</param>
/// <param name="Results">The folder that gets the table.</param>
internal sealed record Settings(
    int Rounds,
    IReadOnlyList<string> Only,
    string Folder,
    string Oracles,
    string Pth,
    string Results
)
{
    public static Settings Parse(string[] args)
    {
        string oracles = Environment.GetEnvironmentVariable("PTH_ORACLES") ?? "/var/cache/pth/oracles";
        var settings = new Settings(
            9,
            [],
            Path.Combine(oracles, "benchmark"),
            oracles,
            Environment.GetEnvironmentVariable("PTH_EXECUTABLE") ?? "pth",
            "benchmarks/results"
        );
        for (int i = 0; i + 1 < args.Length; i += 2)
        {
            settings = args[i] switch
            {
                "--rounds" => settings with { Rounds = int.Parse(args[i + 1], CultureInfo.InvariantCulture) },
                "--only" => settings with { Only = args[i + 1].Split(',') },
                "--pth" => settings with { Pth = args[i + 1] },
                "--results" => settings with { Results = args[i + 1] },
                _ => throw new ArgumentException(
                    $"found {args[i]}, expected --rounds, --only, --pth or --results",
                    nameof(args)
                ),
            };
        }
        return settings;
    }
}
