namespace Understudy.Api.Operations;

/// <summary>The body of a 202.</summary>
internal sealed record AcceptedBody(string Id, string Status = "pending");
