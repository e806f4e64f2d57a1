using System.Text.Json;
using Understudy.Api.Problems;
using Understudy.Inference.OpenAi;
using Understudy.Workflows.Retention;

namespace Understudy.Api.Releases;

/// <summary>Reads the request to remove old releases and names the field that is at fault.</summary>
internal static class PruneRequestReader
{
    private const int MostKept = 1000;

    private static readonly string[] Known = ["keep", "dryRun"];

    /// <exception cref="ApiProblem">A field is wrong.</exception>
    public static PruneRequest Read(JsonElement body)
    {
        try
        {
            var fields = RequestFields.Body(body);
            foreach (var property in body.EnumerateObject().Where(property => !Known.Contains(property.Name)))
            {
                throw ApiProblems.UnknownField(property.Name, string.Join(", ", Known));
            }

            return new(fields.Whole("keep", 1, MostKept) ?? ReleaseRetention.KeptUnlessSaid, fields.Flag("dryRun"));
        }
        catch (RequestInvalidException error)
        {
            throw ApiProblems.InvalidField(error.Message, error.Field);
        }
    }
}
