namespace Pth.Tests.Oracles;

/// <summary>Python failed: the message has its traceback or its last lines on standard error.</summary>
public sealed class OracleException(string message) : Exception(message);
