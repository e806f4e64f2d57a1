namespace Understudy.Api.Operations;

/// <summary>The body of a 202.</summary>
/// <param name="Status">As <see cref="OperationView.Describe"/> says it.</param>
internal sealed record AcceptedBody(string Id, string Status);
