namespace Pth.Tests.Formats.Torch;

public class TorchReducerProfileTests
{
    public static TheoryData<WriterProfile> Old => [WriterProfile.PyTorch19, WriterProfile.PyTorch113];

    [Theory]
    [MemberData(nameof(Old))]
    public void What_an_old_PyTorch_cannot_read_is_not_written_for_it(WriterProfile profile)
    {
        TensorView complex = TensorView.FromBytes(DType.Complex64, new byte[16], [2]);
        TensorView[] tensors =
        [
            TensorView.FromBytes(DType.UInt16, new byte[4], [2]),
            TensorView.FromBytes(DType.Float8E4M3Fn, new byte[2], [2]),
            new(complex) { IsConjugated = true },
            new(complex) { IsNegated = true },
        ];
        foreach (TensorView tensor in tensors)
        {
            using var stream = new MemoryStream();
            InvalidOperationException error = Assert.Throws<InvalidOperationException>(() =>
                Checkpoint.Save(stream, new PyTensor(tensor), new WriteOptions { Profile = profile })
            );
            Assert.Contains(nameof(WriterProfile.PyTorch21), error.Message, StringComparison.Ordinal);
            Checkpoint.Save(stream, new PyTensor(tensor), new WriteOptions { Profile = WriterProfile.PyTorch21 });
        }
    }

    [Theory]
    [MemberData(nameof(Old))]
    public void Nor_when_it_was_read_from_a_newer_file(WriterProfile profile)
    {
        TensorView[] tensors =
        [
            TensorView.FromBytes(DType.UInt16, new byte[4], [2]),
            new(TensorView.FromBytes(DType.Complex64, new byte[16], [2])) { IsConjugated = true },
        ];
        foreach (TensorView tensor in tensors)
        {
            using Checkpoint read = Saved.Reopen(new PyList { tensor });
            Assert.Throws<InvalidOperationException>(() =>
                Saved.Bytes(read.Root, new WriteOptions { Profile = profile })
            );
        }
    }
}
