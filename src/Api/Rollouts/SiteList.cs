namespace Understudy.Api.Rollouts;

/// <summary>The sites that take a task.</summary>
public sealed record SiteList(string Task, IReadOnlyList<SiteView> Sites);
