using Grpc.Core;
using Grpc.Net.Client;
using Understudy.Inference.Tasks;
using V1 = Understudy.Verifier.V1;

namespace Understudy.Inference.Leads;

/// <summary>A lead behind a Verifier: it scores all labels in one forward pass.</summary>
internal sealed class GrpcLead(GrpcChannel channel, LeadDefinition lead, string? key) : ILeadEndpoint
{
    private readonly V1.Verifier.VerifierClient _client = new(channel);
    private readonly Metadata _headers = key is null ? [] : new() { { "authorization", $"Bearer {key}" } };

    public static GrpcLead Connect(LeadDefinition lead, string? key) => new(GrpcChannel.ForAddress(lead.Endpoint!), lead, key);

    public async Task<LeadReply> AskAsync(LeadRequest request, CancellationToken cancellationToken)
    {
        var score = new V1.ScoreRequest { Model = lead.Model, Prompt = new() { Text = request.Prompt.Text } };
        score.Candidates.AddRange(request.Labels.Select(label => new V1.Prompt { Text = " " + label })); // a word begins with its blank
        var reply = await _client.ScoreAsync(score, _headers, cancellationToken: cancellationToken).ConfigureAwait(false);
        return new() { Probabilities = LabelProbabilities.FromLogLikelihoods(reply.LogLikelihoods, request.Labels.Count) };
    }

    public void Dispose() => channel.Dispose();
}
