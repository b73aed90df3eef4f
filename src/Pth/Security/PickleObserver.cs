namespace Pth.Security;

/// <summary>Is shown each pickle that a scan follows.</summary>
internal delegate void PickleObserver(ReadOnlySpan<byte> bytes, string? stream, PickleTrace trace);
