using Understudy.Inference.Receipts;

namespace Understudy.Cli.Demo;

/// <summary>What the product said about one mail.</summary>
/// <param name="Id">The mail's.</param>
/// <param name="Label">The answer.</param>
/// <param name="Receipt">Its account.</param>
internal sealed record MailAnswer(string Id, string Label, Receipt Receipt);
