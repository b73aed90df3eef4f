using Pth.Bytes;

namespace Pth.Formats.Torch;

/// <summary>
/// The elements of a strided tensor without gaps. They are gathered as they are asked for, so that any number of them can be written
/// without memory of their size. The checksum of the storage is checked before the first.
/// </summary>
internal sealed class ElementsSource : ByteSource
{
    private readonly TensorView _view;

    /// <param name="view">The tensor.</param>
    /// <param name="appliesFlags">Whether elements are conjugated and negated as the tensor says; else they are as they are stored.</param>
    public ElementsSource(TensorView view, bool appliesFlags = false)
    {
        _view = appliesFlags ? view : new TensorView(view) { IsConjugated = false, IsNegated = false };
    }

    public override string Name => _view.Storage.Data.Name;

    public override long Length => _view.ByteCount;

    public override ReadOnlySpan<byte> GetSpan(long offset, int length)
    {
        var bytes = new byte[length];
        CopyTo(offset, bytes);
        return bytes;
    }

    public override void CopyTo(long offset, Span<byte> destination)
    {
        CheckRange(offset, destination.Length);
        int size = _view.DType.ItemSize;
        int perByte = _view.DType.ValuesPerByte;
        int skipped = (int)(offset % size);
        int missing = (size - ((skipped + destination.Length) % size)) % size;
        if (skipped == 0 && missing == 0)
        {
            _view.CopyTo(offset / size * perByte, destination);
            return;
        }
        // The range cuts elements at its ends.
        var whole = new byte[skipped + destination.Length + missing];
        _view.CopyTo((offset - skipped) / size * perByte, whole);
        whole.AsSpan(skipped, destination.Length).CopyTo(destination);
    }

    public override ReadOnlySpan<byte> Read(long offset, int length, Span<byte> buffer)
    {
        CopyTo(offset, buffer[..length]);
        return buffer[..length];
    }
}
