namespace Pth.Benchmarks.Compare;

/// <summary>What takes less than a millisecond is done many times in one measurement, on both sides.</summary>
internal static class Repeated
{
    /// <summary>How often, as in <c>torch_worker.py</c>.</summary>
    public static int Times(string task) => task is "st-open" or "st-map" or "map" ? 200 : 1;

    public static Action Of(Action work, int times) =>
        times == 1
            ? work
            : () =>
            {
                for (int i = 0; i < times; i++)
                {
                    work();
                }
            };
}
