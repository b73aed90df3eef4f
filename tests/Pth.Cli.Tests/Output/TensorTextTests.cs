using System.Text.Json;
using Pth.Cli.Output;

namespace Pth.Cli.Tests.Output;

public sealed class TensorTextTests
{
    private static string Fixture => Repository.Fixture("printing/printing.pt");

    public static TheoryData<string> Names() => [.. Expected().EnumerateObject().Select(property => property.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Tensors_look_as_PyTorch_prints_them(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Fixture);
        TensorView tensor = checkpoint.Tensors.Single(named => named.Name == name).Tensor;

        Assert.Equal(Expected().GetProperty(name).GetString(), TensorText.Format(tensor));
    }

    [Fact]
    public void In_full_nothing_is_left_out()
    {
        using Checkpoint checkpoint = Checkpoint.Open(Fixture);
        TensorView tensor = checkpoint.Tensors.Single(named => named.Name == "edges_vector").Tensor;

        string text = TensorText.Format(tensor, full: true);

        Assert.DoesNotContain("...", text, StringComparison.Ordinal);
        Assert.Contains("1000, 1001,", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_dimensions_are_refused()
    {
        var tensor = TensorView.FromArray(new float[1], [.. Enumerable.Repeat(1L, 100)]);

        Assert.Throws<CommandException>(() => TensorText.Format(tensor));
    }

    private static JsonElement Expected() => JsonDocument.Parse(File.ReadAllText($"{Fixture}.json")).RootElement;
}
