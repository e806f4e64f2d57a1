namespace Understudy.Inference.Leads;

/// <summary>A large model behind an address. Thread-safe.</summary>
internal interface ILeadEndpoint : IDisposable
{
    /// <exception cref="LeadAnswerInvalidException">It answered, but with nothing that can be used.</exception>
    /// <exception cref="LeadAwayException">It did not answer in time, or at all.</exception>
    /// <exception cref="OperationCanceledException">The caller is gone, or <see cref="LeadRequest.TooLate"/> came before there was a place.</exception>
    Task<LeadReply> AskAsync(LeadRequest request, CancellationToken cancellationToken);
}
