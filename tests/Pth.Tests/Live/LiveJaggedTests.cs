using Pth.Tests.Oracles;

namespace Pth.Tests.Live;

/// <summary>Jagged tensors that were made here, as PyTorch loads them. PyTorch 1.13 has none.</summary>
[Trait("Category", "Live")]
public class LiveJaggedTests(TorchOracles oracles)
{
    private const string Load = """
        for path in args:
            for safely in (True, False):
                j = torch.load(path, weights_only=safely)["j"]
                rows = [row.tolist() for row in j.unbind()]
                print(j.layout, j.dim(), j._ragged_idx, j.requires_grad, rows)
        """;

    [Theory]
    [InlineData("2.6.0", WriterProfile.PyTorch21)]
    [InlineData("2.14.1", WriterProfile.PyTorch27)]
    public void A_jagged_tensor_made_here_is_loaded_with_weights_only(string version, WriterProfile profile)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        TensorPart values = new(
            "values",
            TensorView.FromArray(
                new float[,]
                {
                    { 1, 2 },
                    { 3, 4 },
                    { 5, 6 },
                }
            )
        );
        TensorPart wide = new(
            "values",
            TensorView.FromArray(
                new float[,]
                {
                    { 1, 2, 3 },
                    { 4, 5, 6 },
                }
            )
        );
        TensorPart offsets = new("offsets", TensorView.FromArray(new long[] { 0, 1, 3 }));
        TensorPart lengths = new("lengths", TensorView.FromArray(new long[] { 1, 1 }));
        TensorView plain = TensorView.FromParts(TensorLayout.Nested, DType.Float32, [2], [values, offsets]);
        TensorView[] tensors =
        [
            plain,
            TensorView.FromParts(TensorLayout.Nested, DType.Float32, [2], [values, offsets, lengths]),
            new TensorView(TensorView.FromParts(TensorLayout.Nested, DType.Float32, [2], [wide, offsets]))
            {
                RaggedIndex = 2,
            },
            new TensorView(plain) { IsParameter = true, RequiresGrad = true },
        ];
        for (int i = 0; i < tensors.Length; i++)
        {
            Checkpoint.Save(
                folder[$"{i}.pt"],
                new PyDict { ["j"] = tensors[i] },
                new WriteOptions { Profile = profile, Durability = Durability.Kernel }
            );
            using Checkpoint again = Checkpoint.Open(folder[$"{i}.pt"]);
            Assert.Equal(tensors[i].RaggedIndex, again.Root["j"].As<PyTensor>().View.RaggedIndex);
            again.Root["j"].As<PyTensor>().View.VerifyIndices();
        }

        string printed = torch.Run(
            Load,
            [.. Enumerable.Range(0, tensors.Length).Select(i => folder.ForPython($"{i}.pt"))]
        );

        string[] expected =
        [
            "torch.jagged 3 1 False [[[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]]]",
            "torch.jagged 3 1 False [[[1.0, 2.0]], [[3.0, 4.0]]]",
            "torch.jagged 3 2 False [[[1.0], [4.0]], [[2.0, 3.0], [5.0, 6.0]]]",
            "torch.jagged 3 1 True [[[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]]]",
        ];
        Assert.Equal(expected.SelectMany(line => new[] { line, line }), printed.TrimEnd().Split('\n'));
    }
}
