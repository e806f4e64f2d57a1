using Grpc.Core;
using Grpc.Net.Client;
using Understudy.Inference.Leads.Prompts;
using Understudy.Inference.Tasks;
using V1 = Understudy.Verifier.V1;

namespace Understudy.Inference.Leads;

/// <summary>A lead behind a Verifier: it scores all labels in one forward pass.</summary>
internal sealed class GrpcLead(GrpcChannel channel, LeadDefinition lead, string? key) : ILeadEndpoint
{
    private readonly V1.Verifier.VerifierClient _client = new(channel);
    private readonly Metadata _headers = key is null ? [] : new() { { "authorization", $"Bearer {key}" } };

    public static GrpcLead Connect(LeadDefinition lead, string? key) => new(GrpcChannel.ForAddress(lead.Endpoint!, new() { ThrowOperationCanceledOnCancellation = true }), lead, key);

    public async Task<LeadReply> AskAsync(LeadRequest request, CancellationToken cancellationToken)
    {
        var score = new V1.ScoreRequest { Model = lead.Model, Prompt = new() { Text = request.Prompt.Text } };
        score.Candidates.AddRange(Candidates(request.Labels).Select(candidate => new V1.Prompt { Text = candidate }));
        var reply = await _client.ScoreAsync(score, _headers, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new() { Probabilities = LabelProbabilities.FromLogLikelihoods(reply.LogLikelihoods, request.Labels.Count) };
    }

    /// <summary>
    /// What stands for the labels behind a prompt: a word begins with its blank. Where one begins another ("order", "order status") each
    /// has the end that labels of demonstrations have, as a beginning is never less likely than what goes on from it.
    /// </summary>
    internal static IEnumerable<string> Candidates(IReadOnlyList<string> labels)
    {
        var end = labels.Any(label => labels.Any(other => other.Length > label.Length && other.StartsWith(label, StringComparison.Ordinal))) ? SuperIclPrompt.AfterLabel : "";
        return labels.Select(label => $" {label}{end}");
    }

    public void Dispose() => channel.Dispose();
}
