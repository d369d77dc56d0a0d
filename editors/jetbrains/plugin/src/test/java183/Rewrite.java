import com.intellij.openapi.util.JDOMUtil;
import com.intellij.util.xmlb.SkipDefaultValuesSerializationFilters;
import com.intellij.util.xmlb.XmlSerializer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jdom.Element;

/** Reads the component of each file as build 183 does, and writes the file back as that build would. */
public class Rewrite {
  /** The options of ELITEA's own plugin. */
  public static class Bean {
    public String displayType = "";
    public String integrationName = "";
    public String integrationUid = "";
    public boolean llmCustomModelEnabled;
    public String llmCustomModelName = "";
    public String llmServerUrl = "";
    public String projectId = "";
    public String provider = "";
  }

  public static void main(String[] files) throws Exception {
    for (String file : files) {
      Path path = Path.of(file);
      Element root = JDOMUtil.load(path.toFile());
      for (Element component : root.getChildren("component")) {
        if (!Set.of("EliteASettings", "AlitaSettings").contains(component.getAttributeValue("name"))) continue;
        Bean bean = XmlSerializer.deserialize(component, Bean.class);
        Element written = XmlSerializer.serialize(bean, new SkipDefaultValuesSerializationFilters());
        component.removeContent();
        if (written == null) continue;
        for (Element option : written.getChildren().toArray(new Element[0])) component.addContent(option.detach());
      }
      String text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + JDOMUtil.write(root);
      Files.writeString(path, text);
    }
  }
}
