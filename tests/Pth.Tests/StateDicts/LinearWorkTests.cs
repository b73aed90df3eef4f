namespace Pth.Tests.StateDicts;

/// <summary>Ten times as many tensors are ten times the work. Counted in bytes allocated, which no busy machine changes.</summary>
public class LinearWorkTests
{
    private const int Few = 10_000;
    private const int Many = 100_000;

    // Lists and dictionaries double when they are full: at worst that is once more for the many than for the few.
    private const double Slack = 1.6;

    public static TheoryData<string, Func<int, string>> Networks =>
        new()
        {
            { "a long list", i => $"module.layers.{i}.weight" },
            { "blocks", i => $"module.blocks.{i / 12}.layer{i % 12 / 2}.{(i % 2 == 0 ? "weight" : "bias")}" },
            { "one module with all tensors", i => $"module.tensor{i}" },
            { "a ParameterList", i => $"module.{i}" },
            { "gaps in the numbering", i => $"module.layers.{i * 3}.weight" },
            { "wrappers inside", i => $"module.layers.{i}._checkpoint_wrapped_module.weight" },
        };

    [Theory]
    [MemberData(nameof(Networks), DisableDiscoveryEnumeration = true)]
    public void The_module_tree_and_its_lines(string network, Func<int, string> nameAt) =>
        AssertLinear(
            network,
            nameAt,
            state => ModuleTree.FromStateDict(state).Render(new() { Folding = ModuleTreeFolding.Never }).Count
        );

    [Theory]
    [MemberData(nameof(Networks), DisableDiscoveryEnumeration = true)]
    public void A_prefix_taken_off(string network, Func<int, string> nameAt) =>
        AssertLinear(network, nameAt, state => state.WithoutPrefix("module.").Count);

    [Theory]
    [MemberData(nameof(Networks), DisableDiscoveryEnumeration = true)]
    public void Wrappers_taken_off(string network, Func<int, string> nameAt) =>
        AssertLinear(network, nameAt, state => state.Unwrap().Count);

    private static void AssertLinear(string network, Func<int, string> nameAt, Func<StateDict, int> work)
    {
        // What is made once, as tables and compiled code, is not counted.
        _ = work(Make(10, nameAt));
        double few = AllocatedPerTensor(Few, nameAt, work);
        double many = AllocatedPerTensor(Many, nameAt, work);
        Assert.True(many < few * Slack, $"{network}: {few:F0} bytes a tensor for {Few}, {many:F0} for {Many}");
    }

    private static double AllocatedPerTensor(int count, Func<int, string> nameAt, Func<StateDict, int> work)
    {
        StateDict state = Make(count, nameAt);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(work(state) > 0);
        return (GC.GetAllocatedBytesForCurrentThread() - before) / (double)count;
    }

    private static StateDict Make(int count, Func<int, string> nameAt)
    {
        TensorView tensor = Sample.Tensor(2, 2);
        var state = new StateDict();
        for (int i = 0; i < count; i++)
        {
            state.Add(nameAt(i), tensor);
        }
        return state;
    }
}
