using System.Text.Json;

namespace Pth.Tests.Fixtures;

/// <summary>A tensor as PyTorch sees it: a row that <c>tests/fixtures/golden.py</c> made.</summary>
internal sealed record ExpectedTensor
{
    public required string Name { get; init; }

    public required string DType { get; init; }

    /// <summary>For a sparse or nested tensor; its parts are rows of their own.</summary>
    public string? Layout { get; init; }

    public IReadOnlyList<long>? Shape { get; init; }

    public IReadOnlyList<long>? Strides { get; init; }

    public long Offset { get; init; }

    public long StorageBytes { get; init; }

    public string Device { get; init; } = "cpu";

    public bool RequiresGrad { get; init; }

    public bool IsParameter { get; init; }

    public JsonElement? Quantization { get; init; }

    /// <summary>Rows with one number share one storage; null where PyTorch has no address to tell.</summary>
    public int? Shared { get; init; }

    public string? Sha256 { get; init; }

    public static IReadOnlyList<ExpectedTensor> ParseAll(JsonElement rows) => [.. rows.EnumerateArray().Select(Parse)];

    public override string ToString() => Name;

    private static ExpectedTensor Parse(JsonElement row)
    {
        return new ExpectedTensor
        {
            Name = row.GetProperty("name").GetString()!,
            DType = row.GetProperty("dtype").GetString()!,
            Layout = Optional("layout")?.GetString(),
            Shape = Numbers("shape"),
            Strides = Numbers("stride"),
            Offset = Optional("offset")?.GetInt64() ?? 0,
            StorageBytes = Optional("storage_nbytes")?.GetInt64() ?? 0,
            Device = Optional("device")?.GetString() ?? "cpu",
            RequiresGrad = Optional("requires_grad")?.GetBoolean() ?? false,
            IsParameter = Optional("parameter")?.GetBoolean() ?? false,
            Quantization = Optional("quantization"),
            Shared = Optional("shared")?.GetInt32(),
            Sha256 = Optional("sha256")?.GetString(),
        };

        JsonElement? Optional(string name) => row.TryGetProperty(name, out JsonElement value) ? value : null;

        long[]? Numbers(string name) =>
            Optional(name) is { } array ? [.. array.EnumerateArray().Select(item => item.GetInt64())] : null;
    }
}
