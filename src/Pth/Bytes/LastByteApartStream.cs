namespace Pth.Bytes;

/// <summary>
/// Gives the last byte only to who asks for it alone. A decoder reads ahead and does not tell what it used; so it shows whether it
/// used everything.
/// </summary>
internal sealed class LastByteApartStream(ByteSource source) : SourceStream(source)
{
    public override int Read(Span<byte> buffer) =>
        base.Read(buffer[..(int)Math.Min(buffer.Length, Math.Max(Length - 1 - Position, 1))]);
}
