using Pth.Tests.Formats;

namespace Pth.Tests.Tensors;

public class TensorViewIndicesTests
{
    [Theory]
    [InlineData("sparse_coo.pt")]
    [InlineData("sparse_csr.pt")]
    [InlineData("sparse_csc.pt")]
    [InlineData("sparse_bsr.pt")]
    [InlineData("sparse_bsc.pt")]
    [InlineData("nested.pt")]
    public void Indices_that_PyTorch_wrote_are_right(string name)
    {
        using Checkpoint checkpoint = Checkpoint.Open(Saved.Fixture("torch-2.14.1", name));

        foreach (PyValue value in checkpoint.Root.As<PyDict>().Values)
        {
            value.As<PyTensor>().View.VerifyIndices();
        }
        Assert.InRange(checkpoint.VerifyIndices(), 1, 3);
    }

    public static TheoryData<string> Wrong() =>
        [
            "an index at the size",
            "an index below 0",
            "rows that do not begin at 0",
            "rows that end before the last value",
            "rows that go back",
            "a column at the size",
            "a column twice",
            "a nested tensor past the values",
        ];

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Indices_outside_the_tensor_are_found(string what)
    {
        PyObject call = what switch
        {
            "an index at the size" => Coordinates([0, 4]),
            "an index below 0" => Coordinates([-1, 3]),
            "rows that do not begin at 0" => Rows([1, 1, 2], [0, 1]),
            "rows that end before the last value" => Rows([0, 1, 1], [0, 1]),
            "rows that go back" => Rows([0, 3, 2], [0, 1]),
            "a column at the size" => Rows([0, 1, 2], [0, 3]),
            "a column twice" => Rows([0, 2, 2], [1, 1]),
            _ => new PyObject(
                new PyGlobal("torch._utils", "_rebuild_nested_tensor"),
                new PyTuple(
                    TensorView.Zeros(DType.Float32, [6]),
                    TensorView.FromArray(
                        new long[,]
                        {
                            { 2, 2 },
                        }
                    ),
                    TensorView.FromArray(
                        new long[,]
                        {
                            { 2, 1 },
                        }
                    ),
                    TensorView.FromArray(new long[] { 3 })
                )
            ),
        };
        using Checkpoint checkpoint = Saved.Reopen(call);
        TensorView view = checkpoint.Root.As<PyTensor>().View;

        CheckpointException error = Assert.Throws<CheckpointException>(view.VerifyIndices);

        Assert.Equal(CheckpointErrorKind.InvalidTensor, error.Kind);
        CheckpointException named = Assert.Throws<CheckpointException>(() => checkpoint.VerifyIndices());
        Assert.Equal("<root>", named.Entry);
    }

    [Fact]
    public void Indices_that_are_expanded_from_one_number_are_refused_before_memory_is_taken_for_them()
    {
        TensorView one = TensorView.FromArray(new long[] { 1 });
        PyObject call = Sparse(
            "torch.sparse_coo",
            new PyTuple(
                new TensorView(one.Storage, DType.Int64, [1, 1L << 31], [0, 0]),
                new TensorView(TensorView.FromArray(new[] { 1f }).Storage, DType.Float32, [1L << 31], [0]),
                new PyTuple(4)
            )
        );
        using Checkpoint checkpoint = Saved.Reopen(call);

        CheckpointException error = Assert.Throws<CheckpointException>(() => checkpoint.VerifyIndices());

        Assert.Equal(CheckpointErrorKind.InvalidTensor, error.Kind);
    }

    private static PyObject Coordinates(long[] indices) =>
        Sparse(
            "torch.sparse_coo",
            new PyTuple(
                new TensorView(
                    TensorView.FromArray(indices).Storage,
                    DType.Int64,
                    [1, indices.Length],
                    [indices.Length, 1]
                ),
                TensorView.Zeros(DType.Float32, [indices.Length]),
                new PyTuple(4)
            )
        );

    private static PyObject Rows(long[] rows, long[] columns) =>
        Sparse(
            "torch.sparse_csr",
            new PyTuple(
                TensorView.FromArray(rows),
                TensorView.FromArray(columns),
                TensorView.Zeros(DType.Float32, [columns.Length]),
                new PyTuple(rows.Length - 1, 3)
            )
        );

    private static PyObject Sparse(string layout, PyTuple data) =>
        new(
            new PyGlobal("torch._utils", "_rebuild_sparse_tensor"),
            new PyTuple(new PyObject(new PyGlobal("torch.serialization", "_get_layout"), new PyTuple(layout)), data)
        );
}
