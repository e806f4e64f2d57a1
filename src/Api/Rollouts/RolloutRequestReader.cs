using System.Text.Json;
using Understudy.Api.Problems;
using Understudy.Inference.OpenAi;
using Understudy.Inference.Sites;

namespace Understudy.Api.Rollouts;

/// <summary>Reads a rollout's request and names the field that is at fault.</summary>
internal static class RolloutRequestReader
{
    private const int MostSites = 10_000;
    private const double Week = 7 * 24 * 60;

    private static readonly string[] Known = ["version", "sites", "canaryShare", "patienceMinutes", "soakMinutes", "withLead"];

    /// <exception cref="ApiProblem">A field is wrong.</exception>
    public static RolloutRequest Read(JsonElement body)
    {
        try
        {
            var fields = RequestFields.Body(body);
            foreach (var property in body.EnumerateObject().Where(property => !Known.Contains(property.Name)))
            {
                throw ApiProblems.UnknownField(property.Name, string.Join(", ", Known));
            }

            var sites = fields.Optional("sites") is null ? null : fields.Texts("sites", MostSites).Distinct().ToList();
            if (sites?.FirstOrDefault(site => !SiteFolder.IsSite(site)) is { } wrong)
            {
                throw new RequestInvalidException($"'sites' names '{wrong}'; a site's name is 1 to 63 lower-case letters, digits or hyphens.", "sites");
            }

            return new(
                fields.Optional("version") is null ? null : fields.RequiredText("version"),
                sites,
                fields.Number("canaryShare", 0, 1),
                fields.Number("patienceMinutes", 0.001, Week),
                fields.Number("soakMinutes", 0, Week),
                fields.Optional("withLead") is null ? null : fields.Flag("withLead"));
        }
        catch (RequestInvalidException error)
        {
            throw ApiProblems.InvalidField(error.Message, error.Field);
        }
    }
}
