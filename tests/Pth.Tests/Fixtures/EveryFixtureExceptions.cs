namespace Pth.Tests.Fixtures;

/// <summary>The shared fixtures that are not as PyTorch reads them: what becomes of each, and why.</summary>
internal static class EveryFixtureExceptions
{
    public static IReadOnlyDictionary<string, (string Outcome, string Reason)> Golden { get; } =
        new Dictionary<string, (string, string)>(StringComparer.Ordinal)
        {
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_2d_tensor.tar"] = (
                "PyTorch refuses it; refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_float32.tar"] = (
                "PyTorch refuses it; refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_float64.tar"] = (
                "PyTorch refuses it; refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_int64.tar"] = (
                "PyTorch refuses it; refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_multi_dtype.tar"] = (
                "PyTorch refuses it; refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_weight_bias.tar"] = (
                "PyTorch refuses it; refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/@2aef3805cc/burn-import/data/mnist.pt"] = (
                "PyTorch refuses it; opens",
                "safe globals that torch.load is not told of"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/shakespeare.pt.zip"] = (
                "PyTorch refuses it; opens",
                "TorchScript with the name of a zip, which torch.load was asked to read"
            ),
            ["bluestealth__pytorch/ios/TestApp/models/blas_lapack_ops.ptl"] = (
                "PyTorch refuses it; opens",
                "code that PyTorch 2.14 no longer compiles; tensors need none"
            ),
            ["bluestealth__pytorch/test/cpp/lite_interpreter_runtime/delegate_test.ptl"] = (
                "PyTorch refuses it; opens",
                "code that PyTorch 2.14 no longer compiles; tensors need none"
            ),
            ["bluestealth__pytorch/test/cpp/lite_interpreter_runtime/delegated_submodule_with_debug_info.ptl"] = (
                "PyTorch refuses it; opens",
                "code that PyTorch 2.14 no longer compiles; tensors need none"
            ),
            ["bluestealth__pytorch/test/cpp/lite_interpreter_runtime/test_backend_for_profiling.ptl"] = (
                "PyTorch refuses it; opens",
                "code that PyTorch 2.14 no longer compiles; tensors need none"
            ),
            ["bluestealth__pytorch/test/package/package_bc/test_fx_module.pt"] = (
                "PyTorch refuses it; opens",
                "a package, which torch.load does not read"
            ),
            ["bluestealth__pytorch/test/package/package_bc/test_nn_module.pt"] = (
                "PyTorch refuses it; opens",
                "a package, which torch.load does not read"
            ),
            ["bluestealth__pytorch/test/package/package_bc/test_torchscript_module.pt"] = (
                "PyTorch refuses it; opens",
                "a package, which torch.load does not read"
            ),
            ["generated/torch-1.13.0/sparse_csr.pt"] = (
                "PyTorch refuses it; opens",
                "a rebuild function of 1.13 that PyTorch 2.14 no longer has"
            ),
            ["generated/safetensors-0.8.0/malformed/dup_metadata.safetensors"] = (
                "PyTorch refuses it; refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/extra_tail.safetensors"] = (
                "PyTorch refuses it; refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/f6_four.safetensors"] = (
                "PyTorch refuses it; opens",
                "torch.load's reader of safetensors lacks the type or number; safetensors reads it (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/hole_at_start.safetensors"] = (
                "PyTorch refuses it; refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/lone_surrogate_name.safetensors"] = (
                "PyTorch refuses it; refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/lower_dtype.safetensors"] = (
                "PyTorch refuses it; refused: Unsupported",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/name_metadata_as_tensor.safetensors"] = (
                "PyTorch refuses it; refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/nbytes_overflow.safetensors"] = (
                "PyTorch refuses it; refused: InvalidTensor",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/overlap.safetensors"] = (
                "PyTorch refuses it; refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/shape_overflow.safetensors"] = (
                "PyTorch refuses it; refused: InvalidTensor",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/size_mismatch.safetensors"] = (
                "PyTorch refuses it; refused: InvalidTensor",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/three_offsets.safetensors"] = (
                "PyTorch refuses it; refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/zero_size_huge_dims.safetensors"] = (
                "PyTorch refuses it; opens",
                "torch.load's reader of safetensors lacks the type or number; safetensors reads it (VERDICTS.tsv)"
            ),
            ["generated/torch-2.6.0/nested_tensor.pt"] = (
                "PyTorch refuses it; opens",
                "nested tensors have no sizes, which the list asks for"
            ),
            ["generated/torch-2.6.0/dcp_2ranks/.metadata"] = ("no w0", "a distributed checkpoint, which is not read"),
            ["generated/torch-2.6.0/dcp_single/.metadata"] = (
                "no model.w",
                "a distributed checkpoint, which is not read"
            ),
        };

    public static IReadOnlyDictionary<string, (string Outcome, string Reason)> Index { get; } =
        new Dictionary<string, (string, string)>(StringComparer.Ordinal)
        {
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/broken.pt"] = (
                "refused: UnknownContainer",
                "no checkpoint, or a broken one"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_2d_tensor.tar"] = (
                "refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_float32.tar"] = (
                "refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_float64.tar"] = (
                "refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_int64.tar"] = (
                "refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_multi_dtype.tar"] = (
                "refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["tracel-ai__burn/crates/burn-store/src/pytorch/tests/reader/test_data/tar_weight_bias.tar"] = (
                "refused: Unsupported",
                "a tar that burn made up and PyTorch never wrote"
            ),
            ["mmaitre314__picklescan/tests/data/bad_pytorch.pt"] = (
                "refused: UnknownContainer",
                "no checkpoint, or a broken one"
            ),
            ["mmaitre314__picklescan/tests/data/benign_password_protected.zip"] = (
                "refused: Unsupported",
                "an encrypted zip, or one that says so"
            ),
            ["mmaitre314__picklescan/tests/data/broken_model.pkl"] = (
                "refused: UnknownContainer",
                "no checkpoint, or a broken one"
            ),
            ["mmaitre314__picklescan/tests/data/malicious-invalid-bytes.pkl"] = (
                "refused: UnknownContainer",
                "a pickle that Python does not read to its end either"
            ),
            ["mmaitre314__picklescan/tests/data/malicious1.7z"] = (
                "refused: UnknownContainer",
                "a 7z, which is not read"
            ),
            ["mmaitre314__picklescan/tests/data/malicious1.zip"] = (
                "refused: MissingRecord",
                "a zip without a checkpoint in it"
            ),
            ["mmaitre314__picklescan/tests/data/malicious1_0x1.zip"] = (
                "refused: Unsupported",
                "an encrypted zip, or one that says so"
            ),
            ["mmaitre314__picklescan/tests/data/malicious1_0x20.zip"] = (
                "refused: Unsupported",
                "an encrypted zip, or one that says so"
            ),
            ["mmaitre314__picklescan/tests/data/malicious1_0x40.zip"] = (
                "refused: Unsupported",
                "an encrypted zip, or one that says so"
            ),
            ["mmaitre314__picklescan/tests/data/malicious1_central_directory.zip"] = (
                "refused: InvalidZip",
                "a zip whose two headers differ"
            ),
            ["mmaitre314__picklescan/tests/data/malicious6.pkl"] = (
                "refused: InvalidPickle",
                "a pickle that Python does not read to its end either"
            ),
            ["mmaitre314__picklescan/tests/data/not_a_pickle.bin"] = (
                "refused: UnknownContainer",
                "no checkpoint, or a broken one"
            ),
            ["mmaitre314__picklescan/tests/data/pytorch_magic_bypass.pt"] = (
                "refused: InvalidPickle",
                "a pickle that Python does not read to its end either"
            ),
            ["mmaitre314__picklescan/tests/data/sys_module_override_sploit.pkl"] = (
                "refused: InvalidPickle",
                "a pickle that Python does not read to its end either"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/adadelta1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/adagrad1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/adam1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/adamax1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/adamw1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/asgd1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/nadam1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/radam1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/rmsprop1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/rprop1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["dotnet__TorchSharp/test/TorchSharpTest/sgd1.dat"] = (
                "refused: UnknownContainer",
                "the state of an optimizer of TorchSharp, in a layout of each optimizer's own"
            ),
            ["generated/torch-1.13.0/dtype_complex32.pt"] = (
                "refused: MissingRecord",
                "torch.save broke off: there is no pickle"
            ),
            ["generated/torch-1.13.0/nested_tensor.pt"] = (
                "refused: MissingRecord",
                "torch.save broke off: there is no pickle"
            ),
            ["generated/torch-1.13.0/sparse_bsc.pt"] = (
                "refused: MissingRecord",
                "torch.save broke off: there is no pickle"
            ),
            ["generated/torch-1.13.0/sparse_bsr.pt"] = (
                "refused: MissingRecord",
                "torch.save broke off: there is no pickle"
            ),
            ["generated/torch-1.13.0/sparse_csc.pt"] = (
                "refused: MissingRecord",
                "torch.save broke off: there is no pickle"
            ),
            ["generated/safetensors-0.8.0/peft_adapter/adapter_config.json"] = (
                "refused: UnknownContainer",
                "text beside the checkpoints"
            ),
            ["generated/safetensors-0.8.0/malformed/VERDICTS.tsv"] = (
                "refused: UnknownContainer",
                "text beside the checkpoints"
            ),
            ["generated/safetensors-0.8.0/malformed/deep_nesting.safetensors"] = (
                "refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/dup_metadata.safetensors"] = (
                "refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/extra_tail.safetensors"] = (
                "refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/header_len_huge.safetensors"] = (
                "refused: UnknownContainer",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/hole_at_start.safetensors"] = (
                "refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/lone_surrogate_name.safetensors"] = (
                "refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/lower_dtype.safetensors"] = (
                "refused: Unsupported",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/name_metadata_as_tensor.safetensors"] = (
                "refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/nbytes_overflow.safetensors"] = (
                "refused: InvalidTensor",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/non_utf8.safetensors"] = (
                "refused: UnknownContainer",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/overlap.safetensors"] = (
                "refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/shape_overflow.safetensors"] = (
                "refused: InvalidTensor",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/size_mismatch.safetensors"] = (
                "refused: InvalidTensor",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/three_offsets.safetensors"] = (
                "refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/trailing_garbage_in_header.safetensors"] = (
                "refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/safetensors-0.8.0/malformed/trailing_nul_pad.safetensors"] = (
                "refused: InvalidHeader",
                "refused by safetensors too (VERDICTS.tsv)"
            ),
            ["generated/torch-2.6.0/dcp_2ranks/__0_0.distcp"] = (
                "refused: InvalidZip",
                "a distributed checkpoint, which is not read"
            ),
            ["generated/torch-2.6.0/dcp_2ranks/__1_0.distcp"] = (
                "refused: InvalidZip",
                "a distributed checkpoint, which is not read"
            ),
            ["generated/torch-2.6.0/dcp_single/__0_0.distcp"] = (
                "refused: InvalidZip",
                "a distributed checkpoint, which is not read"
            ),
        };
}
