using Understudy.Inference.Receipts;

namespace Understudy.Inference.Leads;

/// <summary>A lead answered with something that cannot be used: no label, no number, no JSON. Asking again may help.</summary>
public sealed class LeadAnswerInvalidException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What the answer took; null where the lead did not say.</summary>
    public TokenAccount? Tokens { get; internal set; }
}
