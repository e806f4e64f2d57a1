namespace Understudy.Edge.Updates;

/// <summary>What an update that broke off has cost the line so far, over all its attempts.</summary>
/// <param name="Sequence">The pointer that it followed.</param>
/// <param name="Bytes">Read.</param>
/// <param name="Reads">Calls.</param>
internal sealed record BrokenOff(long Sequence, long Bytes, int Reads);
