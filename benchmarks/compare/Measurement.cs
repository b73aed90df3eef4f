using System.Runtime.InteropServices;

namespace Pth.Benchmarks.Compare;

/// <summary>What one run took.</summary>
/// <param name="Seconds">Wall time.</param>
/// <param name="PeakBytes">Peak resident memory of the process that did it.</param>
/// <param name="StartBytes">What was resident before; 0 for a process that was started for it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Measurement(double Seconds, long PeakBytes, long StartBytes = 0);
