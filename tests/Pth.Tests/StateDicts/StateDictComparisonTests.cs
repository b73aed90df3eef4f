namespace Pth.Tests.StateDicts;

public class StateDictComparisonTests
{
    [Fact]
    public void Names_of_one_side_alone_are_listed_in_the_order_of_its_file()
    {
        var comparison = StateDictComparison.Compare(
            Sample.State(["z", "both", "a"]),
            Sample.State(["y", "both", "b"])
        );

        Assert.Equal(["z", "a"], comparison.OnlyLeft);
        Assert.Equal(["y", "b"], comparison.OnlyRight);
        Assert.Equal(["both"], comparison.Common.Select(tensor => tensor.Name));
        Assert.False(comparison.HasSameNames);
        Assert.False(comparison.IsEqual);
    }

    [Fact]
    public void The_same_values_are_equal_however_they_lie()
    {
        StateDict left = One(TensorView.FromArray<float>([1f, 2, 3, 4, 5, 6], [2, 3]));
        TensorView turned = TensorView.FromArray<float>([1f, 4, 2, 5, 3, 6], [3, 2]);
        StateDict right = One(new TensorView(turned.Storage, turned.DType, [2, 3], [1, 2]));

        var comparison = StateDictComparison.Compare(left, right);

        TensorDifference tensor = Assert.Single(comparison.Common);
        Assert.False(tensor.HasSameStrides);
        Assert.True(tensor.Values!.IsBitwiseEqual);
        Assert.True(comparison.IsEqual);
    }

    [Fact]
    public void Values_are_close_within_the_tolerances()
    {
        StateDict left = One(TensorView.FromArray<float>([1f, 2], [2]));
        StateDict right = One(TensorView.FromArray<float>([1f, 2.5f], [2]));

        var comparison = StateDictComparison.Compare(left, right);
        Assert.False(comparison.IsEqual);
        Assert.Equal(0.5, comparison.Common[0].Values!.MaxAbsoluteDifference);

        Assert.True(
            StateDictComparison
                .Compare(
                    left,
                    right,
                    new()
                    {
                        Values = new() { Rtol = 0, Atol = 0.5 },
                    }
                )
                .IsEqual
        );
        Assert.False(
            StateDictComparison
                .Compare(
                    left,
                    right,
                    new()
                    {
                        Values = new() { Rtol = 0, Atol = 0.49 },
                    }
                )
                .IsEqual
        );
    }

    [Fact]
    public void Other_shapes_and_types_differ()
    {
        StateDict left = One(TensorView.FromArray<float>([1f, 2], [2]));

        TensorDifference shape = StateDictComparison
            .Compare(left, One(TensorView.FromArray<float>([1f, 2], [1, 2])))
            .Common[0];
        Assert.False(shape.HasSameShape);
        Assert.Null(shape.Values);
        Assert.False(shape.IsEqual);

        TensorDifference dtype = StateDictComparison
            .Compare(left, One(TensorView.FromArray<double>([1.0, 2], [2])))
            .Common[0];
        Assert.False(dtype.HasSameDType);
        Assert.True(dtype.Values!.IsClose);
        Assert.False(dtype.IsEqual);
    }

    [Fact]
    public void Without_values_no_element_is_read()
    {
        var comparison = StateDictComparison.Compare(
            One(TensorView.FromArray<float>([1f], [1])),
            One(TensorView.FromArray<float>([2f], [1])),
            new() { StructureOnly = true }
        );

        Assert.Null(comparison.Common[0].Values);
        Assert.True(comparison.IsEqual);
    }

    [Fact]
    public void Renames_are_applied_to_both_sides_and_the_names_of_the_files_are_kept()
    {
        StateDict wrapped = Golden.State("parallel");
        StateDict bare = Golden.State("plain");
        Assert.False(StateDictComparison.Compare(wrapped, bare).HasSameNames);

        var comparison = StateDictComparison.Compare(wrapped, bare, new() { Map = [RenameRule.Unwrap] });

        Assert.True(comparison.IsEqual);
        TensorDifference first = comparison.Common[0];
        Assert.Equal(("scale", "module.scale", "scale"), (first.Name, first.LeftName, first.RightName));
        Assert.Throws<InvalidOperationException>(() =>
            StateDictComparison.Compare(bare, bare, new() { Map = [RenameRule.Replace(".+", "x")] })
        );
    }

    [Fact]
    public void Meta_tensors_differ_from_those_with_bytes_and_not_from_each_other()
    {
        var meta = new TensorView(Storage.Meta(4, DType.Float32), DType.Float32, [1], [1]);

        Assert.False(StateDictComparison.Compare(One(meta), One(TensorView.FromArray<float>([1f], [1]))).IsEqual);
        Assert.True(StateDictComparison.Compare(One(meta), One(meta)).IsEqual);
    }

    [Fact]
    public void Sparse_tensors_are_compared_by_their_parts()
    {
        StateDict left = One(Sparse(1));
        StateDict right = One(Sparse(2));

        var comparison = StateDictComparison.Compare(left, right);

        Assert.Equal(["x.indices", "x.values"], comparison.Common.Select(tensor => tensor.Name));
        Assert.True(comparison.Common[0].IsEqual);
        Assert.False(comparison.Common[1].IsEqual);

        static TensorView Sparse(float value) =>
            TensorView.FromParts(
                TensorLayout.SparseCoo,
                DType.Float32,
                [4],
                [
                    new("indices", TensorView.FromArray<long>([1L], [1, 1])),
                    new("values", TensorView.FromArray<float>([value], [1])),
                ]
            );
    }

    [Fact]
    public void Progress_ends_at_the_total_and_a_cancelled_comparison_stops()
    {
        var reports = new List<TransferProgress>();
        StateDict state = Golden.State("plain");

        StateDictComparison.Compare(state, state, new() { Progress = new Immediately(reports) });
        Assert.Equal(reports.Count, state.Count);
        Assert.Contains(reports, report => report.BytesDone == report.BytesTotal);

        Assert.ThrowsAny<OperationCanceledException>(() =>
            StateDictComparison.Compare(
                state,
                state,
                new() { CancellationToken = new CancellationToken(canceled: true) }
            )
        );
    }

    private static StateDict One(TensorView tensor) => new() { ["x"] = tensor };

    private sealed class Immediately(List<TransferProgress> reports) : IProgress<TransferProgress>
    {
        private readonly Lock _lock = new();

        public void Report(TransferProgress value)
        {
            lock (_lock)
            {
                reports.Add(value);
            }
        }
    }
}
