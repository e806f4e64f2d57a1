namespace Understudy.Inference.Leads;

/// <summary>An attempt that was not made, since the endpoint has said to come again later.</summary>
/// <param name="refusal">How it said so.</param>
internal sealed class HeldBackException(Exception refusal) : Exception(refusal.Message, refusal);
