namespace Understudy.Inference.Leads.Prompts;

/// <summary>What a student made of an input.</summary>
internal sealed record StudentReceipt(string Student, string Label, double Confidence);
