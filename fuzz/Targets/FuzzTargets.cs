namespace Pth.Fuzz;

/// <summary>All readers that are fuzzed.</summary>
internal static class FuzzTargets
{
    public static IFuzzTarget[] All { get; } =
    [
        new ZipTarget(),
        new PickleTarget(),
        new TorchTarget(),
        new LegacyTarget(),
        new TarTarget(),
        new SafeTensorsTarget(),
        new IndexTarget(),
        new DatTarget(),
        new NpyTarget(),
        new ScanTarget(),
        new RecoverTarget(),
    ];
}
