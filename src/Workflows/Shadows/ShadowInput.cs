namespace Understudy.Workflows.Shadows;

/// <summary>An input that the release that serves has answered.</summary>
/// <param name="Text">As the caller sent it.</param>
/// <param name="Returned">The label or call that was returned; null where that was counted before, which is so for audits.</param>
/// <param name="Ruling">What the lead said; null where it was not asked.</param>
/// <param name="Students">What the surest student of the release that serves said; null where none was asked.</param>
/// <param name="Milliseconds">What those students took together; null where none was asked.</param>
/// <param name="IsDrawn">Whether it is one of those with a ruling that are like what is served: audited, or passed on and drawn at the same chance.</param>
internal sealed record ShadowInput(string Text, string? Returned, string? Ruling, string? Students, double? Milliseconds, bool IsDrawn);
