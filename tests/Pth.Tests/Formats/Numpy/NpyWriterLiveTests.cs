using Pth.Tests.Oracles;

namespace Pth.Tests.Formats.Numpy;

[Trait("Category", "Live")]
public class NpyWriterLiveTests(TorchOracles oracles)
{
    [Theory]
    [MemberData(nameof(TorchOracles.Versions), MemberType = typeof(TorchOracles))]
    public void NumPy_loads_what_is_written(string version)
    {
        TorchOracle torch = oracles.Get(version);
        using SharedFolder folder = torch.CreateFolder();
        (string Name, TensorView Tensor)[] tensors =
        [
            (
                "float32",
                TensorView.FromArray(
                    new[,]
                    {
                        { 1.5f, 2 },
                        { 3, float.NaN },
                    }
                )
            ),
            ("complex64", TensorView.FromBytes(DType.Complex64, Convert.FromHexString("0000803F000000C0"), [1])),
            ("bool", TensorView.FromArray(new[] { true, false })),
            ("uint16", TensorView.FromBytes(DType.BFloat16, Convert.FromHexString("803F00C0"), [2])),
            ("int64", TensorView.Scalar(-7L)),
            ("float16", TensorView.Zeros(DType.Float16, [0, 3])),
            ("uint8", TensorView.Zeros(DType.UInt8, [.. Enumerable.Repeat(1L, 32)])),
        ];
        foreach ((string name, TensorView tensor) in tensors)
        {
            NpyWriter.Write(folder[name + ".npy"], tensor, cancellationToken: TestContext.Current.CancellationToken);
        }

        string printed = torch.Run(
            """
            import numpy
            for path in args:
                a = numpy.load(path)
                assert a.flags.c_contiguous
                print(a.dtype, a.shape if a.ndim < 9 else a.ndim, a.tobytes().hex())
            """,
            [.. tensors.Select(tensor => folder.ForPython(tensor.Name + ".npy"))]
        );

        Assert.Equal(
            """
            float32 (2, 2) 0000c03f00000040000040400000c0ff
            complex64 (1,) 0000803f000000c0
            bool (2,) 0100
            uint16 (2,) 803f00c0
            int64 () f9ffffffffffffff
            float16 (0, 3) 
            uint8 32 00

            """,
            printed
        );
    }
}
