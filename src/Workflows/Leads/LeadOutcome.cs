namespace Understudy.Workflows.Leads;

/// <summary>What a step that asks the lead reports.</summary>
/// <param name="Away">Inputs that found the lead away and stay open; 0 where the task does not wait.</param>
/// <param name="Patience">How long the task waits for it in all.</param>
internal abstract record LeadOutcome(int Away, TimeSpan Patience);
