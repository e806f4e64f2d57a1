using Microsoft.Extensions.Options;
using Understudy.Edge.Updates;

namespace Understudy.Edge;

internal sealed class EdgeOptionsValidation : IValidateOptions<EdgeOptions>
{
    public ValidateOptionsResult Validate(string? name, EdgeOptions options)
    {
        List<string> problems = [];
        if (string.IsNullOrWhiteSpace(options.Storage) == (options.FolderUrl is null || options.ReportsUrl is null))
        {
            problems.Add("Edge:Storage: give either it (a connection string, or the account's address) or both Edge:FolderUrl and Edge:ReportsUrl (containers with their tokens).");
        }
        else if (!StorageClients.CanReach(options))
        {
            problems.Add("Edge:Storage: it is neither a connection string nor an address that begins with http. Give one of them; Edge:FolderUrl and Edge:ReportsUrl are such addresses too.");
        }

        if (options.CloudUrl is { } cloud && (!cloud.IsAbsoluteUri || cloud.Scheme is not ("http" or "https")))
        {
            problems.Add($"Edge:CloudUrl: '{cloud}' must be the Api's address, such as https://name.azurewebsites.net. Leave it out to ask nobody.");
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
